package cloud

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
)

// canonicalRequest is what AWS repeats of a request whose signature is wrong.
const canonicalRequest = "The Canonical String for this request should have been 'GET x-amz-security-token:SECRET'"

var answers = []struct {
	name    string
	fault   awstest.Fault
	class   Class
	absent  bool
	message string // without the operation
}{
	{"typed 404", awstest.Refusal(404, "NotFoundException", "no"), ClassUnknown, true, "NotFoundException (HTTP status 404)"},
	{"NotFound with another status", awstest.Refusal(400, "NotFoundException", "no"), ClassUnknown, false, "NotFoundException (HTTP status 400)"},
	{"MeshNotFound", awstest.Refusal(400, "MeshNotFound", "no"), ClassUnknown, false, "MeshNotFound (HTTP status 400)"},
	{"404 without type", awstest.Status(404), ClassUnknown, false, "an answer that is not AWS's (HTTP status 404)"},
	{"HTML 404", awstest.HTML(404), ClassUnknown, false, "an answer that is not AWS's (HTTP status 404)"},
	{"HTML 200", awstest.HTML(200), ClassUnknown, false, "an answer that is not AWS's (HTTP status 200)"},
	{"a redirect", awstest.Status(301), ClassUnknown, false, "an answer that is not AWS's (HTTP status 301)"},
	{"410", awstest.Status(410), ClassWithdrawn, false, "an answer that is not AWS's (HTTP status 410)"},
	{"403 generic", awstest.Refusal(403, "AccessDeniedException", "User is not allowed"), ClassDenied, false, "AccessDeniedException: User is not allowed"},
	{"403 typed", awstest.Refusal(403, "ForbiddenException", "no"), ClassDenied, false, "ForbiddenException: no"},
	{"403 without type", awstest.Status(403), ClassDenied, false, "an answer that is not AWS's (HTTP status 403)"},
	{"a wrong signature", awstest.Refusal(403, "SignatureDoesNotMatch", canonicalRequest), ClassDenied, false, "SignatureDoesNotMatch (HTTP status 403)"},
	{"an expired token", awstest.Refusal(400, "ExpiredTokenException", "x"), ClassDenied, false, "ExpiredTokenException (HTTP status 400)"},
	{"429", awstest.Refusal(429, "TooManyRequestsException", "x"), ClassThrottled, false, "TooManyRequestsException (HTTP status 429)"},
	{"429 without type", awstest.Status(429), ClassThrottled, false, "an answer that is not AWS's (HTTP status 429)"},
	{"throttling with 400", awstest.Refusal(400, "ThrottlingException", "x"), ClassThrottled, false, "ThrottlingException (HTTP status 400)"},
	{"500", awstest.Refusal(500, "InternalServerErrorException", "x"), ClassUnreachable, false, "InternalServerErrorException (HTTP status 500)"},
	{"503 typed", awstest.Refusal(503, "ServiceUnavailableException", "x"), ClassUnreachable, false, "ServiceUnavailableException (HTTP status 503)"},
	{"503", awstest.Status(503), ClassUnreachable, false, "an answer that is not AWS's (HTTP status 503)"},
	{"HTML 502", awstest.HTML(502), ClassUnreachable, false, "an answer that is not AWS's (HTTP status 502)"},
	{"truncated", awstest.Truncated, ClassUnreachable, false, "the answer ends in its midst"},
	{"other errors", awstest.Refusal(400, "BadRequestException", "x"), ClassUnknown, false, "BadRequestException (HTTP status 400)"},
}

// Every answer has its class, and only one of them says that something is absent.
func TestAnswersHaveTheirClass(t *testing.T) {
	for _, a := range answers {
		t.Run(a.name, func(t *testing.T) {
			server := awstest.New(t)
			for _, r := range small("shop") {
				server.Put(r)
			}
			server.Fail(a.fault)
			f := ask(t, Config{}, server.SDK())
			expect(t, "class, absent", []any{f.class, f.absent}, []any{a.class, a.absent})
			expect(t, "message", f.message, "DescribeVirtualNode: "+a.message)
		})
	}
}

// ask describes a node, which must fail.
func ask(t *testing.T, c Config, sdk []func(*config.LoadOptions) error) *failure {
	t.Helper()
	con, err := connect(t.Context(), c, newBucket(newSwift()), sdk)
	if err != nil {
		t.Fatal(err)
	}
	defer con.idle.CloseIdleConnections()
	_, err = con.appMesh.describe(t.Context(), item{
		kind: "virtualNode", arn: nodeARN, mesh: "shop", meshOwner: awstest.Account, name: "cart_shop",
	})
	f := judge(err)
	if f == nil {
		t.Fatal("no failure")
	}
	return f
}

// Where no answer comes, the network says why; no port and no address of the
// moment stands in the message.
func TestNoAnswer(t *testing.T) {
	server := awstest.New(t)
	closed := awstest.New(t)
	closed.Close()
	server.Fail(awstest.Silent)
	nowhere := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "appmesh.example", Server: "10.0.0.10:53", IsNotFound: true}}
	}
	for name, x := range map[string]struct {
		url     string
		client  *awshttp.BuildableClient
		message string
	}{
		"refused":  {closed.URL, awshttp.NewBuildableClient(), "the connection is refused"},
		"slow":     {server.URL, awshttp.NewBuildableClient().WithTimeout(time.Millisecond), "no answer in time"},
		"NXDOMAIN": {server.URL, dialling(nowhere), "no such host: appmesh.example"},
	} {
		sdk := append(server.SDK(), config.WithHTTPClient(x.client))
		f := ask(t, Config{Endpoints: map[string]string{SourceAppMesh: x.url}}, sdk)
		expect(t, name, []any{f.class, f.absent, f.message}, []any{ClassUnreachable, false, "DescribeVirtualNode: " + x.message})
	}
}

func dialling(dial func(context.Context, string, string) (net.Conn, error)) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.DialContext = dial })
}

// A body that is not the bare, whole description of what was asked for never
// becomes a resource.
func TestWrongBodies(t *testing.T) {
	whole := `{"meshName": "shop", "virtualNodeName": "cart_shop", "spec": {}, "status": {"status": "ACTIVE"},
		"metadata": {"arn": "` + nodeARN + `", "meshOwner": "111122223333", "resourceOwner": "111122223333", "version": 1}}`
	for name, body := range map[string]string{
		"empty": "", "null": "null", "an empty object": "{}", "a list": "[]",
		"wrapped": `{"virtualNode": ` + whole + `}`, "more than one": whole + "{}",
		"no ARN":             strings.Replace(whole, `"arn"`, `"arm"`, 1),
		"another ARN":        strings.Replace(whole, nodeARN, nodeARN+"2", 1),
		"another mesh":       strings.Replace(whole, `"shop"`, `"shop2"`, 1),
		"another name":       strings.Replace(whole, `"cart_shop"`, `"cart"`, 1),
		"no specification":   strings.Replace(whole, `"spec"`, `"speck"`, 1),
		"null specification": strings.Replace(whole, `"spec": {}`, `"spec": null`, 1),
		"no status":          strings.Replace(whole, `"status": {`, `"state": {`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			server := awstest.New(t)
			server.Fail(awstest.Body(body))
			f := ask(t, Config{}, server.SDK())
			expect(t, "class, absent", []any{f.class, f.absent}, []any{ClassUnknown, false})
		})
	}
}

// Nothing that AWS says makes a message longer than a line of a report, or
// carries the session or the request of the moment.
func TestMessagesHoldStill(t *testing.T) {
	seen := map[string]bool{}
	for i := range 3 {
		server := awstest.New(t)
		server.Fail(awstest.Refusal(403, "AccessDeniedException", fmt.Sprintf(
			"User: arn:aws:sts::1:assumed-role/audit/aws-go-sdk-17%d is not authorized (Request ID: 5f0c3c5e-1111-2222-3333-44445555666%d)\n%s",
			i, i, strings.Repeat("because ", 99))))
		seen[ask(t, Config{}, server.SDK()).message] = true
	}
	for m := range seen {
		if len(seen) != 1 || len(m) > 400 || strings.Contains(m, "\n") || !strings.Contains(m, "assumed-role/audit is") {
			t.Errorf("a message moves, or is too long: %q", m)
		}
	}
}
