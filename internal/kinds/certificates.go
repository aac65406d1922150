package kinds

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"time"
)

// Certificate is what checks see of an X.509 certificate.
type Certificate struct {
	Subject, Issuer     string
	DNSNames            []string
	IPAddresses         []string
	URIs                []string
	NotBefore, NotAfter time.Time
	CA                  bool
	KeyAlgorithm        string // "RSA", "ECDSA", "Ed25519"
	KeyBits             int    // 0 where the algorithm has one size
	Fingerprint         string // SHA-256 of the certificate, in hex
	Key                 string // SHA-256 of the public key, in hex: the same in a certificate that is issued again
}

// ParseCertificates reads the certificates of a PEM text, in order. It reports
// false if the text has none, or one that cannot be parsed; those before it
// are returned all the same.
func ParseCertificates(text []byte) ([]Certificate, bool) {
	var out []Certificate
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return out, len(out) > 0
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return out, false
		}
		out = append(out, newCertificate(c))
	}
}

func newCertificate(c *x509.Certificate) Certificate {
	sum, key := sha256.Sum256(c.Raw), sha256.Sum256(c.RawSubjectPublicKeyInfo)
	out := Certificate{
		Subject: c.Subject.String(), Issuer: c.Issuer.String(), DNSNames: c.DNSNames,
		NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(), CA: c.IsCA,
		KeyAlgorithm: c.PublicKeyAlgorithm.String(), KeyBits: keyBits(c.PublicKey),
		Fingerprint: hex.EncodeToString(sum[:]), Key: hex.EncodeToString(key[:]),
	}
	for _, ip := range c.IPAddresses {
		out.IPAddresses = append(out.IPAddresses, ip.String())
	}
	for _, u := range c.URIs {
		out.URIs = append(out.URIs, u.String())
	}
	return out
}

func keyBits(key any) int {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen()
	case *ecdsa.PublicKey:
		return k.Params().BitSize
	}
	return 0
}
