package injector

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

func startServer(t *testing.T) *Server {
	t.Helper()
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// review sends an admission review as an API server does, which trusts the
// CA bundle alone.
func review(t *testing.T, s *Server, path string, object any) *admissionv1.AdmissionResponse {
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
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CABundle) {
		t.Fatal("the CA bundle holds no certificate")
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	response, err := client.Post(s.URL+path, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer := admissionv1.AdmissionReview{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Response
}

func TestServerPatchesPods(t *testing.T) {
	s := startServer(t)
	for _, path := range []string{IstioPath + "default", AppMeshPath} {
		answer := review(t, s, path, newPod(nil))
		if !answer.Allowed || len(answer.Patch) == 0 {
			t.Errorf("%s: want a patch, got %+v", path, answer)
		}
	}
}

func TestServerAllowsAnythingElse(t *testing.T) {
	s := startServer(t)
	answer := review(t, s, AllowPath, map[string]string{"kind": "Gateway"})
	if !answer.Allowed || len(answer.Patch) != 0 {
		t.Errorf("want leave without a patch, got %+v", answer)
	}
}

func TestServerTakesTheGivenAddress(t *testing.T) {
	first := startServer(t)
	if _, err := Start(Options{Address: first.URL[len("https://"):]}); err == nil {
		t.Error("want an error: the address is taken")
	}
}
