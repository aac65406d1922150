package cloud

import (
	"context"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// sdkSTS reads STS through the SDK.
type sdkSTS struct{ client *sts.Client }

var account = regexp.MustCompile(`^\d{12}$`)

func (s sdkSTS) caller(ctx context.Context) (string, error) {
	out, err := s.client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if f := judge(err); f != nil {
		return "", f
	}
	number := aws.ToString(out.Account)
	if !account.MatchString(number) {
		return "", malformed("STS names no account")
	}
	return number, nil
}
