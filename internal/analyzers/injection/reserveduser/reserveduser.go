// Package reserveduser flags applications that run as the user of their
// sidecar.
package reserveduser

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags applications that run as the user of their sidecar.
var Analyzer = &analysis.Analyzer{
	Name:        "reserveduser",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "An application runs as the proxy's user",
	Why:         "What that user sends is taken for the proxy's own and not redirected, so that it leaves the Pod without mutual TLS, routing and metrics, and servers that insist on mutual TLS refuse it.",
	Fix:         "Let the application run as another user and group than 1337.",
	Equivalents: []string{"IST0144"},
	Subject:     analysis.Workload,
	Run:         run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	for c := range mesh.AppContainers(w.Spec()) {
		if c.Ends {
			continue // the known way past a redirection that no proxy serves yet
		}
		for _, id := range identities {
			number, field := id.of(w, &c)
			if number == nil || !isProxys(p, w, id, *number) || mesh.Meshed(p, w) != mesh.Yes {
				continue
			}
			p.Report(mesh.PodField(w.Ref.Kind, field+id.field),
				"container %s runs as %s %d, the proxy's, so that what it sends is not redirected to the proxy",
				c.Name, id.noun, *number).Key(c.Name).At(id.severity)
			break
		}
	}
}

// identity is the user or the group of a container.
type identity struct {
	noun, field string
	severity    analysis.Severity
	ofContainer func(*kinds.Container) *int64
	ofPod       func(*kinds.PodSpec) *int64
}

var identities = []identity{
	{
		"user", ".securityContext.runAsUser", analysis.High,
		func(c *kinds.Container) *int64 { return c.RunAsUser }, func(s *kinds.PodSpec) *int64 { return s.RunAsUser },
	},
	{
		"group", ".securityContext.runAsGroup", analysis.Medium,
		func(c *kinds.Container) *int64 { return c.RunAsGroup }, func(s *kinds.PodSpec) *int64 { return s.RunAsGroup },
	},
}

// of is the number that counts for a container, and what has it.
func (i *identity) of(w *kinds.Workload, c *mesh.AppContainer) (number *int64, field string) {
	if n := i.ofContainer(c.Container); n != nil {
		return n, c.Field
	}
	return i.ofPod(w.Spec()), "spec"
}

// reserved is the number of the proxy's user and of its group.
const reserved = 1337

// isProxys tells whether the number is that of the workload's proxies: of the
// live ones or, without any, [reserved], save on OpenShift, where it is another
// in each namespace.
func isProxys(p *analysis.Pass, w *kinds.Workload, id identity, number int64) bool {
	for _, proxy := range mesh.LiveProxies(p, w) {
		if n := id.ofContainer(proxy); n != nil && *n != 0 {
			return number == *n
		}
	}
	if number != reserved {
		return false
	}
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	return ns != nil && ns.Annotations["openshift.io/sa.scc.uid-range"] == ""
}
