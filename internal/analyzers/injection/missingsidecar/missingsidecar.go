// Package missingsidecar flags workloads that run without the sidecar for
// which their labels ask.
package missingsidecar

import (
	"fmt"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that run without the sidecar for which their labels
// ask.
var Analyzer = &analysis.Analyzer{
	Name:        "missingsidecar",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A workload runs without the sidecar that it should have",
	Why:         "Without the proxy its traffic is neither encrypted nor authorised nor seen by the mesh, and clients that insist on mutual TLS are refused.",
	Fix:         "Give the workload new Pods: the injector adds the sidecar only when a Pod is created.",
	Equivalents: []string{"IST0103"},
	Subject:     analysis.Workload,
	Run:         run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || ns.Terminating {
		return
	}
	found := survey(p, w, ns)
	if found.lacking == nil || !injectable(p, ns, found.lacking) {
		return
	}
	p.Report(mesh.PodField(w.Ref.Kind, "spec"),
		"%s the istio-proxy container, although %s asks for it%s",
		found.quantity(), found.by, since(found.lacking.Created)).
		Relate(kinds.Namespaces.Ref("", ns.Name)).
		FixBy("%s The injector adds the sidecar only when a Pod is created.", mesh.Restart(w.Ref))
}

// result is what the live Pods of a workload show.
type result struct {
	lacking *kinds.Pod // the oldest that should have a sidecar and has none
	by      string     // what asks for it
	having  bool       // another has one
}

func (r *result) quantity() string {
	if r.having {
		return "some of the Pods lack"
	}
	return "none of the Pods has"
}

func survey(p *analysis.Pass, w *kinds.Workload, ns *kinds.Namespace) result {
	var out result
	for pod := range w.Pods(p) {
		t := mesh.OfPod(pod)
		if t.Role() == mesh.SidecarProxy {
			out.having = true
			continue
		}
		by := mesh.AsksForSidecar(ns, &t)
		if by == "" || t.Role() != mesh.NoProxy || mesh.InAmbient(pod) || mirror(pod) {
			continue
		}
		if out.lacking == nil || pod.Created.Before(out.lacking.Created) {
			out.lacking, out.by = pod, source(ns, by)
		}
	}
	return out
}

// mirror tells the kubelet's image of a static Pod, which no webhook sees.
func mirror(pod *kinds.Pod) bool {
	_, ok := pod.Annotations["kubernetes.io/config.mirror"]
	return ok
}

func source(ns *kinds.Namespace, by string) string {
	if by == mesh.EnrolledBy(ns) {
		return fmt.Sprintf("label %s of namespace %s", by, ns.Name)
	}
	return fmt.Sprintf("label %s of the Pods", by)
}

func since(created time.Time) string {
	if created.IsZero() {
		return ""
	}
	return fmt.Sprintf("; a Pod gets it only when it is created, and the oldest of these was created at %s",
		created.Format(time.RFC3339))
}

// injectable tells whether a Pod like this one would get a sidecar today:
// whether an injector gets it and its istiod does not refuse it. Where it would
// not, the fault is another one, or none.
func injectable(p *analysis.Pass, ns *kinds.Namespace, pod *kinds.Pod) bool {
	injector, answer := mesh.MatchInjector(mesh.Injectors(p), ns, pod.Labels)
	if answer != mesh.Yes {
		return false
	}
	t := mesh.OfPod(pod)
	if _, given := mesh.InjectChoice(&t); given {
		return true
	}
	return injector.Refuses(p, pod.Labels) == mesh.No
}
