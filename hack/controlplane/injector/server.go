// Package injector stands in for the sidecar injectors of Istio and App Mesh
// where neither mesh runs: an HTTPS server on the loopback interface answers
// their admission webhooks and changes pods as the real ones do. What only a
// running proxy would read (bootstrap details, rewritten probes) is left out.
package injector

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/cert"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// Paths of the webhooks. Istio's is followed by the revision.
const (
	IstioPath   = "/inject/"
	AppMeshPath = "/appmesh-inject"
	AllowPath   = "/allow"
)

// Options of Start.
type Options struct {
	// Address to listen on, 127.0.0.1 with a free port when empty. A fixed
	// port keeps webhook configurations valid across restarts.
	Address string
	// Reader finds what injection depends on: istiod's version and the
	// VirtualNode of a pod. Without it defaults are used.
	Reader client.Reader
}

// Server is a running injector.
type Server struct {
	// URL is where the webhooks are served, without a path.
	URL string
	// CABundle is what clients verify the server's certificate with, in PEM.
	CABundle []byte

	server *http.Server
	done   chan error
}

// Start listens and serves until Stop is called.
func Start(o Options) (*Server, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", o.Address)
	if err != nil {
		return nil, fmt.Errorf("injector: %w", err)
	}
	s, err := serve(listener, o.Reader)
	if err != nil {
		listener.Close()
		return nil, fmt.Errorf("injector: %w", err)
	}
	return s, nil
}

func serve(listener net.Listener, reader client.Reader) (*Server, error) {
	address := listener.Addr().(*net.TCPAddr)
	certificate, key, err := cert.GenerateSelfSignedCertKey(address.IP.String(), []net.IP{address.IP}, nil)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	handler, err := newHandler(reader)
	if err != nil {
		return nil, err
	}
	s := &Server{
		URL:      "https://" + address.String(),
		CABundle: certificate,
		server: &http.Server{
			Handler:           handler,
			ReadHeaderTimeout: 10 * time.Second,
			TLSConfig:         &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12},
		},
		done: make(chan error, 1),
	}
	go func() { s.done <- s.server.ServeTLS(listener, "", "") }()
	return s, nil
}

// Stop ends the server; requests under way are answered first.
func (s *Server) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("injector: %w", err), s.server.Close())
	}
	if err := <-s.done; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("injector: %w", err)
	}
	return nil
}

func newHandler(reader client.Reader) (http.Handler, error) {
	istio, appMesh := &istioInjector{reader: reader}, &appMeshInjector{reader: reader}
	mux := http.NewServeMux()
	for pattern, handler := range map[string]admission.HandlerFunc{
		IstioPath:   mutatePod(istio.inject),
		AppMeshPath: mutatePod(appMesh.inject),
		"/":         allow,
	} {
		hook, err := admission.StandaloneWebhook(&admission.Webhook{Handler: handler}, admission.StandaloneOptions{})
		if err != nil {
			return nil, fmt.Errorf("webhook %s: %w", pattern, err)
		}
		mux.Handle(pattern, withPath(hook))
	}
	return mux, nil
}

type pathKey struct{}

// withPath hands the request's path, which carries Istio's revision, on to
// the admission handler, which sees only the review.
func withPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), pathKey{}, r.URL.Path)))
	})
}

func requestPath(ctx context.Context) string {
	path, _ := ctx.Value(pathKey{}).(string)
	return path
}

func allow(context.Context, admission.Request) admission.Response {
	return admission.Allowed("")
}

// mutatePod makes an admission handler of a function that changes the pod. It
// is given the request's namespace: pods of workloads name none at admission.
func mutatePod(change func(ctx context.Context, pod *corev1.Pod) error) admission.HandlerFunc {
	return func(ctx context.Context, request admission.Request) admission.Response {
		pod := &corev1.Pod{}
		if err := json.Unmarshal(request.Object.Raw, pod); err != nil {
			return admission.Errored(http.StatusBadRequest, fmt.Errorf("decode the pod: %w", err))
		}
		given := pod.Namespace
		pod.Namespace = request.Namespace
		if err := change(ctx, pod); err != nil {
			return admission.Errored(http.StatusInternalServerError, err)
		}
		pod.Namespace = given
		changed, err := json.Marshal(pod)
		if err != nil {
			return admission.Errored(http.StatusInternalServerError, fmt.Errorf("encode the pod: %w", err))
		}
		return admission.PatchResponseFromRaw(request.Object.Raw, changed)
	}
}
