package cloud

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// sdkACM reads ACM through the SDK.
type sdkACM struct{ client *acm.Client }

func (s sdkACM) describe(ctx context.Context, arn string) (*kinds.AWSCertificate, error) {
	out, err := s.client.DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: aws.String(arn)})
	if f := judge(err); f != nil {
		if f.absent {
			return &kinds.AWSCertificate{ARN: arn, Missing: true}, nil
		}
		return nil, f
	}
	c := out.Certificate
	if c == nil || aws.ToString(c.CertificateArn) != arn || c.Status == "" || c.Type == "" {
		return nil, malformed("The description of certificate %s is not what ACM promises", arn)
	}
	return kinds.NewAWSCertificate(arn, string(c.Type), string(c.Status), aws.ToTime(c.NotAfter),
		string(c.RenewalEligibility), append(slices.Clone(c.SubjectAlternativeNames), aws.ToString(c.DomainName))), nil
}
