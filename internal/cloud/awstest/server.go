package awstest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Where the server seems to be, and who seems to ask.
const (
	Region  = "eu-west-1"
	Account = "111122223333"

	accessKey = "AKIDEXAMPLE"
	secretKey = "not-a-secret"
)

// Server is AWS. It is safe for concurrent use.
type Server struct {
	*httptest.Server

	mu           sync.Mutex
	resources    map[string]map[string]*Resource // by mesh and ARN
	certificates map[string]Certificate
	calls        []string
	fault        Fault
	failing      []string
}

// New starts a server, which ends with the test.
func New(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{resources: map[string]map[string]*Resource{}, certificates: map[string]Certificate{}}
	s.Server = httptest.NewServer(s.handler())
	tb.Cleanup(s.Close)
	return s
}

// handler answers what a fault does not.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	s.serveAppMesh(mux)
	mux.HandleFunc("POST /{$}", s.servePost)
	return mux
}

// answer records an operation and lets the fault, or serve, answer it.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, operation string, serve http.HandlerFunc) {
	s.mu.Lock()
	s.calls = append(s.calls, operation)
	fault := s.fault
	if len(s.failing) > 0 && !slices.Contains(s.failing, operation) {
		fault = nil
	}
	s.mu.Unlock()
	if fault != nil {
		fault(w, r, serve)
		return
	}
	serve(w, r)
}

// Calls are the operations asked for since the last call of this, in their
// order, as IAM names them: "appmesh:ListMeshes".
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

// Fail lets the operations, or all if none is named, fail until [Server.Heal].
func (s *Server) Fail(f Fault, operations ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault, s.failing = f, operations
}

// Heal ends the fault.
func (s *Server) Heal() { s.Fail(nil) }

// Endpoints are what a configuration must name as endpoints to ask the server.
func (s *Server) Endpoints() map[string]string {
	return map[string]string{"appmesh": s.URL, "acm": s.URL, "sts": s.URL}
}

// Environ lets a process ask the server, and nobody else.
func (s *Server) Environ() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + s.URL, "AWS_REGION=" + Region, "AWS_ACCESS_KEY_ID=" + accessKey,
		"AWS_SECRET_ACCESS_KEY=" + secretKey, "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
	}
}

// SDK are options of the SDK for who asks the server from within the test: as
// Environ, and without pauses between retries.
func (s *Server) SDK() []func(*config.LoadOptions) error {
	return []func(*config.LoadOptions) error{
		config.WithRegion(Region), config.WithBaseEndpoint(s.URL),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(accessKey, secretKey, "")),
		config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil), Hasty,
	}
}

// Hasty lets the SDK retry without a pause.
func Hasty(o *config.LoadOptions) error {
	return config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	})(o)
}
