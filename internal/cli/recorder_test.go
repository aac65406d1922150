package cli

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"k8s.io/client-go/rest"
)

// recorder stands between one operator and the API server, and remembers what
// passes.
type recorder struct {
	server *httptest.Server
	layer  atomic.Pointer[func(http.Handler) http.Handler]
	mu     sync.Mutex
	list   []request
}

// through makes all further requests pass a layer, which may answer them
// itself, change them, or change what comes back; nil takes it away. Requests
// that the layer answers are not recorded.
func (r *recorder) through(layer func(http.Handler) http.Handler) {
	if layer == nil {
		layer = func(next http.Handler) http.Handler { return next }
	}
	r.layer.Store(&layer)
}

// request is one that the API server answered.
type request struct {
	method, resource, path string // resource as group/resource or group/resource/subresource
	code                   int
}

func (r request) String() string { return fmt.Sprintf("%s %s: %d", r.method, r.path, r.code) }

func (r request) writes() bool { return r.method != http.MethodGet }

// refused tells of a right that the operator lacks.
func (r request) refused() bool {
	return r.code == http.StatusForbidden || r.code == http.StatusUnauthorized
}

// ours tells of a write to one of MeshAudit's own kinds.
func (r request) ours() bool { return r.writes() && strings.HasPrefix(r.resource, "meshaudit.io/") }

// record makes a way to the API server, by TLS, as tokens travel no other way.
func (c *cluster) record(t *testing.T) *recorder {
	t.Helper()
	transport, err := rest.TransportFor(rest.AnonymousClientConfig(c.Config))
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(c.Config.Host)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	r.through(nil)
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(p *httputil.ProxyRequest) { p.SetURL(target) },
		Transport: transport, ModifyResponse: r.note, FlushInterval: -1, // watches are streams
		ErrorLog: log.New(io.Discard, "", 0),
	}
	r.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		(*r.layer.Load())(proxy).ServeHTTP(w, q)
	}))
	t.Cleanup(func() { r.cut(); r.server.Close() })
	return r
}

// cut ends all connections, and with them all watches: a right is looked at
// when a request begins.
func (r *recorder) cut() { r.server.CloseClientConnections() }

func (r *recorder) note(response *http.Response) error {
	path := response.Request.URL.Path
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, request{
		method: response.Request.Method, resource: resourceOf(path), path: path, code: response.StatusCode,
	})
	return nil
}

// resourceOf is what a path of the API is about; "" if it is about no object.
func resourceOf(path string) string {
	group, parts := "", strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case parts[0] == "api" && len(parts) > 2:
		parts = parts[2:]
	case parts[0] == "apis" && len(parts) > 3:
		group, parts = parts[1], parts[3:]
	default:
		return ""
	}
	if parts[0] == "namespaces" && len(parts) > 2 {
		parts = parts[2:]
	}
	resource := group + "/" + parts[0]
	if len(parts) > 2 {
		resource += "/" + parts[2]
	}
	return resource
}

// which gives the requests so far that are so.
func (r *recorder) which(so func(request) bool) []request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.list), func(q request) bool { return !so(q) })
}

// writable are the kinds that the operator may write.
var writable = []string{
	"meshaudit.io/meshauditreports", "meshaudit.io/meshauditreports/status",
	"meshaudit.io/clustermeshauditreports", "meshaudit.io/clustermeshauditreports/status",
	"meshaudit.io/meshauditpolicies/status", "meshaudit.io/meshauditexceptions/status",
	"coordination.k8s.io/leases", "/events", "events.k8s.io/events",
	"authentication.k8s.io/tokenreviews", "authorization.k8s.io/subjectaccessreviews",
	"openreports.io/reports", "openreports.io/clusterreports",
}

// judge fails the test if the operator did what it never may.
func (r *recorder) judge(t *testing.T) {
	t.Helper()
	for _, q := range r.which(request.writes) {
		if !slices.Contains(writable, q.resource) {
			t.Errorf("the operator wrote: %s", q)
		}
	}
}
