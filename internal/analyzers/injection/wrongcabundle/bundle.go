package wrongcabundle

import (
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// unusable says what is wrong with a bundle whatever istiod's certificate is;
// "" if nothing.
func unusable(p *analysis.Pass, c *kinds.WebhookConfiguration, w *kinds.Webhook) string {
	switch {
	case w.CAState == kinds.CAMalformed:
		return "is damaged: not all of it is certificates"
	case w.CAState == kinds.CAParsed:
		return expired(p, w.CABundle)
	case c.Created.IsZero() || w.Client.Service == nil || injected(c):
		return "" // istiod or another has yet to write it, or the roots of the host count
	case p.Reached(c.Created.Add(kinds.Thresholds(p).GracePeriod)):
		return "is empty: istiod has not written it"
	}
	return ""
}

func expired(p *analysis.Pass, bundle []kinds.Certificate) string {
	for i := range bundle {
		if !p.Reached(bundle[i].NotAfter) {
			return ""
		}
	}
	return "has expired: " + names(bundle)
}

// foreign says that a bundle has no root of istiod's; "" if it has, or if that
// is not certain.
func foreign(p *analysis.Pass, c *kinds.WebhookConfiguration, w *kinds.Webhook) string {
	s, revision := w.Client.Service, c.Labels[kinds.RevisionLabel]
	if s == nil || w.CAState != kinds.CAParsed || injected(c) || revision == "" {
		return ""
	}
	roots := mesh.RootCertificates(p, s.Namespace, revision)
	if len(roots) == 0 || mesh.Trusts(w.CABundle, roots) {
		return ""
	}
	return "does not have the root of the mesh: it has " + names(w.CABundle) + ", and ConfigMap " + s.Namespace + "/" +
		kinds.RootCertificateName + " has " + names(roots)
}

// injected tells whether cert-manager is to write the bundle.
func injected(c *kinds.WebhookConfiguration) bool {
	for key := range c.Annotations {
		if strings.HasPrefix(key, "cert-manager.io/inject-") {
			return true
		}
	}
	return false
}

func names(list []kinds.Certificate) string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = list[i].Subject + " (until " + list[i].NotAfter.Format(time.DateOnly) + ")"
	}
	return mesh.List(out)
}
