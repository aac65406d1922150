// Package invalidwebhookurl flags webhooks of Istio whose address leads nowhere.
package invalidwebhookurl

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags webhooks of Istio with no address, with a URL that the API
// server cannot call, or with one of an IP address.
var Analyzer = &analysis.Analyzer{
	Name:     "invalidwebhookurl",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "The address of an external control plane's webhook is wrong",
	Why: "The API server cannot call the control plane, so that Pods are refused or start without sidecar, and " +
		"Istio's configuration is not validated; an IP address works only while the control plane keeps it, and with " +
		"a certificate for it.",
	Fix: "Set clientConfig.url to https://HOST[:PORT]/PATH with the control plane's host name (values " +
		"istiodRemote.injectionURL and base.validationURL of Istio's charts), or name a Service.",
	Equivalents: []string{"IST0163", "IST0164"},
	Subject:     kinds.MutatingWebhooks.Name,
	Also:        mesh.ValidatingKinds,
	Run:         run,
}

func run(p *analysis.Pass) {
	c, concerns := configuration(p)
	if !c.Deleted.IsZero() {
		return
	}
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		if field := fmt.Sprintf("webhooks[%d].clientConfig", i); concerns(w) {
			look(p, field, w)
		}
	}
}

// configuration is the subject, and which of its webhooks are Istio's: those of
// a configuration with the name of a chart's, and injectors in any other.
func configuration(p *analysis.Pass) (*kinds.WebhookConfiguration, func(*kinds.Webhook) bool) {
	if p.Subject().Ref.Kind == kinds.ValidatingWebhooks.Name {
		c := kinds.ValidatingWebhooks.Of(p.Subject())
		return c, func(*kinds.Webhook) bool { return mesh.Validates(c) }
	}
	c := kinds.MutatingWebhooks.Of(p.Subject())
	return c, func(w *kinds.Webhook) bool {
		return strings.HasPrefix(c.Name, "istio-sidecar-injector") || mesh.Injects(c, w)
	}
}

func look(p *analysis.Pass, field string, w *kinds.Webhook) {
	switch {
	case w.Client.URL != nil:
		text := *w.Client.URL
		if problem := fault(text); problem != "" {
			p.Report(field+".url", "the URL %q of webhook %s %s", text, w.Name, problem).Key(w.Name)
		} else if address(text) {
			p.Report(field+".url", "the URL %q of webhook %s has an IP address in place of a host name", text, w.Name).
				Key(w.Name).At(analysis.Info)
		}
	case w.Client.Service == nil:
		p.Report(field, "webhook %s has neither url nor service, so that nobody is called", w.Name).Key(w.Name)
	}
}

// fault says what the API server finds wrong with a URL; "" if nothing.
func fault(text string) string {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "cannot be parsed"
	case u.Scheme != "https":
		return "does not begin with https://"
	case u.Hostname() == "":
		return "has no host"
	case u.User != nil:
		return "has a user name, which the API server does not take"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "has a query or fragment, which the API server does not take"
	}
	return ""
}

func address(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	_, err = netip.ParseAddr(u.Hostname())
	return err == nil
}
