package cloud

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/appmesh"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// A request is given up after requestTimeout, and sent at most attempts times.
const (
	requestTimeout = 30 * time.Second
	attempts       = 3
)

// connection is the way to the sources.
type connection struct {
	idle        interface{ CloseIdleConnections() } // nil if the HTTP client has none
	region      string
	credentials aws.CredentialsProvider
	appMesh     appMesh
	acm         certificates
	sts         identity
}

// connect loads the SDK's configuration, without a request. The instance
// metadata service is never asked: neither for credentials nor for a region.
func connect(ctx context.Context, c Config, b *bucket, extra []func(*config.LoadOptions) error) (*connection, error) {
	sdk, err := load(ctx, c, extra)
	if err != nil {
		return nil, &failure{class: ClassUnknown, message: "The AWS configuration of the environment cannot be used"}
	}
	if sdk.Region == "" {
		return nil, &failure{class: ClassUnknown, none: true, message: "No region: neither policy nor environment names one"}
	}
	if client, ok := sdk.HTTPClient.(*awshttp.BuildableClient); ok {
		sdk.HTTPClient = client.Freeze()
	}
	idle, _ := sdk.HTTPClient.(interface{ CloseIdleConnections() })
	sdk.HTTPClient = limited{sdk.HTTPClient, b}
	return &connection{
		idle: idle, region: sdk.Region, credentials: sdk.Credentials,
		appMesh: sdkAppMesh{appmesh.NewFromConfig(sdk, func(o *appmesh.Options) {
			override(&o.BaseEndpoint, c, SourceAppMesh)
			o.APIOptions = append(o.APIOptions, keepBody)
		})},
		acm: sdkACM{acm.NewFromConfig(sdk, func(o *acm.Options) { override(&o.BaseEndpoint, c, SourceACM) })},
		sts: sdkSTS{sts.NewFromConfig(sdk, func(o *sts.Options) { override(&o.BaseEndpoint, c, SourceSTS) })},
	}, nil
}

func load(ctx context.Context, c Config, extra []func(*config.LoadOptions) error) (aws.Config, error) {
	client := awshttp.NewBuildableClient().WithTimeout(requestTimeout)
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(client),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = attempts })
		}),
	}
	options = append(options, extra...)
	if c.Region != "" {
		options = append(options, config.WithRegion(c.Region))
	}
	return config.LoadDefaultConfig(ctx, append(options,
		config.WithDefaultsMode(aws.DefaultsModeStandard),
		config.WithEC2IMDSClientEnableState(imds.ClientDisabled),
		config.WithWebIdentityRoleCredentialOptions(func(o *stscreds.WebIdentityRoleOptions) {
			if client, ok := o.Client.(*sts.Client); ok && c.Endpoints[SourceSTS] != "" {
				options := client.Options()
				override(&options.BaseEndpoint, c, SourceSTS)
				o.Client = sts.New(options)
			}
		}),
	)...)
}

// override sets a service's endpoint if the configuration has one.
func override(base **string, c Config, source string) {
	if url := c.Endpoints[source]; url != "" {
		*base = aws.String(url)
	}
}
