package mesh

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// RootCertificates reads what istiod publishes in its namespace as the roots of
// the mesh, if the certificate with which the istiod of a revision answers
// webhooks is certainly issued under one of them: by that istiod itself, as by
// all others of the namespace. It is empty where that is not so, and for any
// namespace but the root one, whose ConfigMap alone is watched.
//
// In files the ConfigMaps are off unless one is given, and then a check that
// comes here is not evaluated: so come late.
func RootCertificates(r inventory.Reader, namespace, revision string) []kinds.Certificate {
	found := false
	for _, c := range ControlPlanes(r) {
		if c.Namespace != namespace {
			continue
		}
		if c.External || c.Istiod != nil && !c.issues() {
			return nil
		}
		found = found || c.Istiod != nil && c.Revision == revision
	}
	if !found {
		return nil
	}
	if m := kinds.ConfigMaps.Get(r, namespace, kinds.RootCertificateName); m != nil {
		return m.CACertificates
	}
	return nil
}

// issues tells whether istiod has its own certificate from its own authority,
// not from files or from Kubernetes.
func (c *ControlPlane) issues() bool {
	provider, _ := c.Env("PILOT_CERT_PROVIDER")
	server, _ := c.Env("ENABLE_CA_SERVER")
	container := c.Istiod.Template.Container(discovery)
	return (provider == "" || provider == istiodName) && !strings.EqualFold(server, "false") && container != nil &&
		argument(container.Args, "--tlsCertFile") == "" && argument(container.Args, "--caCertFile") == ""
}

// Trusts tells whether one who trusts the certificates of a bundle may trust
// what is issued under one of the roots: a certificate or its key is in both,
// or one has issued the other.
func Trusts(bundle, roots []kinds.Certificate) bool {
	return slices.ContainsFunc(bundle, func(b kinds.Certificate) bool {
		return slices.ContainsFunc(roots, func(c kinds.Certificate) bool {
			return b.Key == c.Key || issued(&b, &c) || issued(&c, &b)
		})
	})
}

// issued tells whether a certificate names another one as its issuer, and not
// itself.
func issued(by, c *kinds.Certificate) bool { return c.Issuer == by.Subject && c.Issuer != c.Subject }
