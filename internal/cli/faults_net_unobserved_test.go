package cli

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// detour is a pair of events of which the second takes back what the first did.
// An operator that is told of neither sees, at most, another version.
type detour struct {
	name, resource string
	there, back    func()
}

func (p *play) detours(t *testing.T) []detour {
	t.Helper()
	const virtualService, istio = "VirtualService", "networking.istio.io/v1"
	guest := p.marker + "-guest"
	apply := func(namespace, text string) func() { return func() { p.applyText(t, namespace, text) } }
	remove := func(apiVersion, kind, name string) func() {
		return func() { p.remove(t, apiVersion, kind, p.shop, name) }
	}
	return []detour{
		{"a Service that others miss", "/services", apply(p.shop, service("pey")), remove("v1", "Service", "pey")},
		{"a Pod that starts again", "/pods", remove("v1", "Pod", "web"), apply(p.shop, meshPod)},
		{
			"a route that is made anew", "networking.istio.io/virtualservices",
			remove(istio, virtualService, "pay"), apply(p.shop, route("pay", "pay", "pey")),
		},
		{
			"a policy that says otherwise", "security.istio.io/peerauthentications",
			apply(p.shop, peerPolicy("two", "STRICT")), apply(p.shop, peerPolicy("two", "DISABLE")),
		},
		{
			"a label", "/namespaces",
			apply("", namespaceText(p.shop, `{istio-injection: enabled}`)), apply("", namespaceText(p.shop, `{}`)),
		},
		{
			"a namespace that is made anew, with its report", "/namespaces",
			func() { p.endNamespace(t, guest) }, apply("", namespaceText(guest, `{}`)),
		},
		{
			"a report that somebody deletes", "meshaudit.io/meshauditreports",
			func() { p.dropReport(t, p.bank) }, func() {},
		},
	}
}

func (p *play) dropReport(t *testing.T, namespace string) {
	t.Helper()
	r := &v1alpha1.MeshAuditReport{}
	r.Namespace, r.Name = namespace, v1alpha1.ReportName
	if err := p.api.Delete(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// What the operator was not told of leaves no trace.
func TestEventsThatNobodySawChangeNothing(t *testing.T) {
	p := perform(t)
	guest := p.guest(t, "guest")
	for i, d := range p.detours(t) {
		t.Run(d.name, func(t *testing.T) {
			d := p.detours(t)[i]
			p.all(t)
			p.blind(t, d.resource)
			d.there()
			d.back()
			p.lift()
			p.waitForFindings(t, guest, "routing/unknownhost cart")
			p.settled(t)
		})
	}
	p.operator.stop()
}

// blind makes a resource unreadable, and its past forgotten, until all rules
// are lifted.
func (p *play) blind(t *testing.T, resource string) {
	t.Helper()
	t.Cleanup(p.lift)
	of := func(c call) bool { return c.resource == resource }
	p.spoil(0, refuse(410, metav1.StatusReasonExpired), func(c call) bool { return of(c) && c.verb == verbWatch })
	r := p.spoil(0, refuse(503, metav1.StatusReasonServiceUnavailable), func(c call) bool {
		return of(c) && (c.verb == verbStream || c.verb == verbList)
	})
	p.drop(of)
	p.met(t, map[string]*rule{resource: r})
}

// What it was told of, and what was taken back, leaves none, either.
func TestEventsThatWereTakenBackChangeNothing(t *testing.T) {
	p := perform(t)
	guest := p.guest(t, "guest")
	for i, d := range p.detours(t) {
		t.Run(d.name, func(t *testing.T) {
			d := p.detours(t)[i]
			d.there()
			p.operator.settle(t)
			d.back()
			p.waitForFindings(t, guest, "routing/unknownhost cart")
			p.seen = since{} // what was mended in between is new
			p.settled(t)
		})
	}
	p.operator.stop()
}
