package kinds

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/gob"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// pair makes a self-signed certificate and its key, both PEM.
func pair(t *testing.T, host string, until time.Time) (cert, key []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: until.AddDate(-1, 0, 0), NotAfter: until,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
}

func secret(data map[string][]byte) *Secret {
	return projectSecret(&corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "shop"}, Type: corev1.SecretTypeTLS, Data: data,
	})
}

func TestSecret(t *testing.T) {
	until := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	cert, key := pair(t, "shop.example.com", until)
	other, _ := pair(t, "other.example.com", until)
	s := secret(map[string][]byte{"tls.crt": slices.Concat(cert, other), "tls.key": key, "ca.crt": []byte("junk")})
	list := s.Certificates["tls.crt"]
	if len(list) != 2 || list[0].DNSNames[0] != "shop.example.com" || !list[0].NotAfter.Equal(until) {
		t.Errorf("certificates %+v", list)
	}
	if list[0].KeyAlgorithm != "ECDSA" || list[0].KeyBits != 256 || len(list[0].Fingerprint) != 64 {
		t.Errorf("certificate %+v", list[0])
	}
	if s.Mismatch || !slices.Equal(s.Malformed, []string{"ca.crt"}) || !s.Has("tls.key") {
		t.Errorf("secret %+v", s)
	}
	if !secret(map[string][]byte{"tls.crt": other, "tls.key": key}).Mismatch {
		t.Error("a key that belongs to another certificate is no mismatch")
	}
}

func TestSecretKeepsNoPrivateData(t *testing.T) {
	cert, key := pair(t, "shop.example.com", time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC))
	password := "correct-horse"
	manifest := fmt.Sprintf(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"shop",
		"annotations":{"kubectl.kubernetes.io/last-applied-configuration":%q}},
		"data":{"tls.crt":%q,"tls.key":%q},"stringData":{"password":%q,"cert":%q}}`,
		password, base64.StdEncoding.EncodeToString(cert), base64.StdEncoding.EncodeToString(key),
		password, string(cert)+string(key))
	o, err := Decode("v1", "Secret", []byte(manifest))
	if err != nil || o.Fault != nil {
		t.Fatal(err, o.Fault)
	}
	s := Secrets.Of(o)
	if !s.Has("password") || len(s.Certificates["cert"]) != 1 {
		t.Errorf("stringData is not read: %+v", s)
	}
	block, _ := pem.Decode(key)
	private := []string{
		password, strings.Split(string(key), "\n")[1], base64.StdEncoding.EncodeToString(key)[:40], string(block.Bytes[40:60]),
	}
	for _, text := range prints(t, s) {
		for _, p := range private {
			if strings.Contains(text, p) {
				t.Errorf("the projection holds %q", p)
			}
		}
	}
}

// prints shows the whole of a value in several ways.
func prints(t *testing.T, s *Secret) []string {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(s); err != nil {
		t.Fatal(err)
	}
	return []string{b.String(), fmt.Sprintf("%+v", s)}
}

func TestSecretFaultTellsNoValue(t *testing.T) {
	o, err := Decode("v1", "Secret", []byte(
		`{"metadata":{"name":"a","namespace":"shop"},"data":{"tls.key":"correct-horse!"},"stringData":{"x":["correct-horse"]}}`,
	))
	if err != nil || o.Fault == nil || strings.Contains(fmt.Sprintf("%+v", o.Fault), "correct") {
		t.Errorf("%v %+v", err, o.Fault)
	}
}
