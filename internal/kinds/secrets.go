package kinds

import (
	"crypto/tls"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Secret is what checks see of a Secret: its shape, and what its public
// certificates say. No value of it is kept.
type Secret struct {
	Meta
	Type corev1.SecretType // Opaque if unset
	Keys []string          // names of the entries, sorted
	// Certificates are those of the entries in [CertificateKeys], by entry.
	Certificates map[string][]Certificate
	// Malformed names the entries of those that hold no certificate, or one
	// that cannot be parsed.
	Malformed []string
	// Mismatch: certificate and private key are there and are not a pair.
	Mismatch bool
}

// Has tells whether the Secret has an entry.
func (s *Secret) Has(key string) bool { return slices.Contains(s.Keys, key) }

// CertificateKeys are the entries that hold public certificates: of Secrets of
// type kubernetes.io/tls, of Istio's generic credentials, and of the Secret
// cacerts of a plugged-in CA.
var CertificateKeys = []string{
	"tls.crt", "ca.crt", "cert", "cacert", "ca-cert.pem", "root-cert.pem", "cert-chain.pem",
}

// pairs are the entries of certificate and private key that belong together.
var pairs = [][2]string{{"tls.crt", "tls.key"}, {"cert", "key"}, {"ca-cert.pem", "ca-key.pem"}}

// Secrets is the kind Secret, which is read only if the policy says so.
var Secrets = core(Row{
	KindInfo: &inventory.KindInfo{Kind: "Secret", Namespaced: true},
	Plural:   "secrets", Versions: []string{"v1"}, OffInFiles: true, OffByDefault: true,
}, projectSecret)

func projectSecret(s *corev1.Secret) *Secret {
	data := entries(s)
	out := &Secret{Meta: newMeta(&s.ObjectMeta), Type: s.Type, Keys: slices.Sorted(maps.Keys(data))}
	if out.Type == "" {
		out.Type = corev1.SecretTypeOpaque
	}
	for _, key := range CertificateKeys {
		text, ok := data[key]
		if !ok {
			continue
		}
		list, ok := ParseCertificates(text)
		if !ok {
			out.Malformed = append(out.Malformed, key)
		}
		if len(list) > 0 {
			if out.Certificates == nil {
				out.Certificates = map[string][]Certificate{}
			}
			out.Certificates[key] = list
		}
	}
	out.Mismatch = slices.ContainsFunc(pairs, func(p [2]string) bool { return mismatch(data[p[0]], data[p[1]]) })
	return out
}

// entries are the Secret's data with what a file gives as text, which the API
// server would have put there.
func entries(s *corev1.Secret) map[string][]byte {
	if len(s.StringData) == 0 {
		return s.Data
	}
	data := maps.Clone(s.Data)
	if data == nil {
		data = map[string][]byte{}
	}
	for k, v := range s.StringData {
		data[k] = []byte(v)
	}
	return data
}

func mismatch(cert, key []byte) bool {
	if len(cert) == 0 || len(key) == 0 {
		return false
	}
	_, err := tls.X509KeyPair(cert, key)
	return err != nil
}
