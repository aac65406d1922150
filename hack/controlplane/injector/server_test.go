package injector

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// startServer keeps the socket out of the test's folder, whose path may be
// too long for one.
func startServer(t *testing.T) (*Server, string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "injector-") //nolint:usetesting // the test's folder has too long a path
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	s, err := Start(t.Context(), Options{Socket: socket})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Stop(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	return s, socket
}

// connect asks for a tunnel as an API server does: the address is the
// Service's, where nobody listens.
func connect(ctx context.Context, socket string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	fmt.Fprint(conn, "CONNECT 10.96.0.17:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return nil, err
	}
	if err := response.Body.Close(); err != nil { // it has none
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("tunnel: %s", response.Status)
	}
	return conn, nil
}

// post sends a review to a Service, trusting its CA bundle alone.
func post(t *testing.T, s *Server, socket, host, path string, body []byte) (*http.Response, error) {
	t.Helper()
	issued, err := s.certificates.of(host)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(issued.bundle)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: host},
		DialContext:     func(ctx context.Context, _, _ string) (net.Conn, error) { return connect(ctx, socket) },
	}
	t.Cleanup(transport.CloseIdleConnections)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+host+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	return (&http.Client{Transport: transport}).Do(request)
}

func review(t *testing.T, s *Server, socket, host, path string, object any) *admissionv1.AdmissionResponse {
	t.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request:  &admissionv1.AdmissionRequest{UID: "1", Namespace: "shop", Object: runtime.RawExtension{Raw: raw}},
	})
	if err != nil {
		t.Fatal(err)
	}
	response, err := post(t, s, socket, host, path, body)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer := admissionv1.AdmissionReview{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Response
}

func TestServerPatchesPods(t *testing.T) {
	s, socket := startServer(t)
	for host, path := range map[string]string{
		"istiod.istio-system.svc":             "/inject",
		"istiod-canary.istio-system.svc":      "/inject/cluster/one",
		"appmesh-webhook-service.appmesh.svc": "/mutate-v1-pod",
	} {
		answer := review(t, s, socket, host, path, newPod(nil))
		if !answer.Allowed || len(answer.Patch) == 0 {
			t.Errorf("%s: want a patch, got %+v", host, answer)
		}
	}
}

func TestServerAllowsAnythingElse(t *testing.T) {
	s, socket := startServer(t)
	for host, path := range map[string]string{
		"istiod.istio-system.svc": "/validate", "appmesh-webhook-service.appmesh.svc": "/mutate-appmesh-mesh",
	} {
		answer := review(t, s, socket, host, path, map[string]string{"kind": "Gateway"})
		if !answer.Allowed || len(answer.Patch) != 0 {
			t.Errorf("%s: want leave without a patch, got %+v", host, answer)
		}
	}
}

func TestServerIsNobodyElse(t *testing.T) {
	s, socket := startServer(t)
	if response, err := post(t, s, socket, "cert-manager-webhook.cert-manager.svc", "/mutate", nil); err == nil {
		_ = response.Body.Close()
		t.Error("want the handshake to fail: no such server")
	}
}

func TestServerTakesTheGivenSocket(t *testing.T) {
	_, socket := startServer(t)
	if _, err := Start(t.Context(), Options{Socket: socket}); err == nil {
		t.Error("want an error: the socket is taken")
	}
}
