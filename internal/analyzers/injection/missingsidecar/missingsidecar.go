// Package missingsidecar flags workloads that run without the sidecar that new
// Pods of theirs would get.
package missingsidecar

import (
	"fmt"
	"time"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that run without the sidecar that new Pods of theirs
// would get.
var Analyzer = &analysis.Analyzer{
	Name:        "missingsidecar",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A workload runs without the sidecar that it should have",
	Why:         "Without the proxy its traffic is neither encrypted nor authorised nor seen by the mesh, and clients that insist on mutual TLS are refused.",
	Fix:         "Give the workload new Pods: the injector adds the sidecar only when a Pod is created.",
	Equivalents: []string{"IST0103", "ASM:AsmSidecarInjection"},
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
	if found.lacking == nil {
		return
	}
	// Where a Pod like this one would get none today, the fault is another one,
	// or none.
	t := mesh.OfPod(found.lacking)
	d := mesh.Decide(p, ns, &t)
	if d.Answer != mesh.Yes {
		return
	}
	p.Report(mesh.PodField(w.Ref.Kind, "spec"), "%s the istio-proxy container, although %s%s",
		found.quantity(), found.by, since(found.lacking.Created)).
		Relate(kinds.Namespaces.Ref("", ns.Name)).
		FixBy("%s The injector adds the sidecar only when a Pod is created. If new Pods lack it, too: "+
			"kubectl get events -n %s | grep -i inject%s.", mesh.Restart(w.Ref), ns.Name, logs(d.Injector))
}

// logs is the command that shows what the injector says, if it runs in the
// cluster; by Istio's charts, Deployment and Service have one name.
func logs(i *mesh.Injector) string {
	if i == nil || i.Client.Service == nil {
		return ""
	}
	s := i.Client.Service
	return fmt.Sprintf("; kubectl logs -n %s deploy/%s | grep -i inject", s.Namespace, s.Name)
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
		if t.Role() != mesh.NoProxy || mesh.InAmbient(pod) || mirror(pod) || mesh.ControlPlaneWorkload(&t) {
			continue
		}
		if out.lacking != nil && !pod.Created.Before(out.lacking.Created) || !mesh.Settled(p, pod) {
			continue
		}
		if by := asks(p, ns, &t); by != "" {
			out.lacking, out.by = pod, by
		}
	}
	return out
}

// mirror tells the kubelet's image of a static Pod, which no webhook sees.
func mirror(pod *kinds.Pod) bool {
	_, ok := pod.Annotations["kubernetes.io/config.mirror"]
	return ok
}

// asks says why a Pod should have a sidecar: by the labels of the Pod or its
// Namespace or, where these say nothing, by a webhook that takes all the same.
func asks(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template) string {
	switch by := mesh.AsksForSidecar(ns, t); {
	case by != "" && by == mesh.EnrolledBy(ns):
		return fmt.Sprintf("label %s of namespace %s asks for it", by, ns.Name)
	case by != "":
		return fmt.Sprintf("label %s of the Pods asks for it", by)
	case mesh.EnrolmentOf(ns).Mode != mesh.Undecided || silentlyOut(ns, t):
		return ""
	}
	i, answer := mesh.InjectedByDefault(p, ns)
	if answer != mesh.Yes {
		return ""
	}
	return fmt.Sprintf("webhook %s of MutatingWebhookConfiguration %s takes the Pods of namespaces without label",
		i.Name, i.Config.Name)
}

// silentlyOut tells whether a Pod that asks for nothing is to have no sidecar.
func silentlyOut(ns *kinds.Namespace, t *mesh.Template) bool {
	choice, given := mesh.InjectChoice(t)
	_, gateway := t.Labels[label.IoK8sNetworkingGatewayGatewayName.Name]
	return given && !choice || gateway || mesh.Uninjectable(ns.Name, t) || mesh.AsksForAmbient(ns, t)
}

func since(created time.Time) string {
	if created.IsZero() {
		return ""
	}
	return fmt.Sprintf("; a Pod gets it only when it is created, and the oldest of these was created at %s",
		created.Format(time.RFC3339))
}
