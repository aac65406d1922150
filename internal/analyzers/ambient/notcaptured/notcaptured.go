// Package notcaptured flags workloads that should be in ambient mode and are
// not.
package notcaptured

import (
	"fmt"
	"time"

	"istio.io/api/annotation"
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that should be in ambient mode and are not.
var Analyzer = &analysis.Analyzer{
	Name:     "notcaptured",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "ztunnel does not carry a workload that should be in ambient mode",
	Why:      "The traffic of its Pods is plain text without identity: policies of the mesh do not protect them, and workloads that insist on mutual TLS refuse them.",
	Fix:      "See what Istio's CNI agent says on the node of the Pods.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || ns.Terminating {
		return
	}
	found := survey(p, w, ns)
	if found.oldest == nil || found.told(p) {
		return
	}
	f := p.Report(mesh.PodField(w.Ref.Kind, "spec"), "%s, as %s would have it%s; the oldest of these was created at %s",
		found.quantity(), found.by, found.pending(), found.oldest.Created.Format(time.RFC3339)).
		Relate(kinds.Namespaces.Ref("", ns.Name))
	advise(p, f)
}

// advise tells where to look, and takes it less seriously where ambient mode is
// not installed at all.
func advise(p *analysis.Pass, f *analysis.Finding) {
	switch c, found := mesh.CNIConfig(p); {
	case !found:
		f.Message += "; ambient mode is not installed: there is no CNI agent with AMBIENT_ENABLED"
	case !c.Ambient:
		f.Message += fmt.Sprintf("; AMBIENT_ENABLED is not true in ConfigMap %s/%s", c.Source.Namespace, c.Source.Name)
	default:
		if d := mesh.CNIAgent.DaemonSet(p); d != nil {
			f.FixBy("Labels act at once, no restart is needed. Where it stays so, see what the CNI agent says "+
				"on the Pods' node (kubectl get pods -n %s -o wide, then kubectl logs -n %s POD), and restart it "+
				"(it is of DaemonSet %s).", d.Namespace, d.Namespace, d.Name)
		}
		return
	}
	f.At(analysis.Medium).FixBy("Install Istio's CNI agent with ambient mode and ztunnel " +
		"(istioctl install --set profile=ambient), or remove the label.")
}

// result is what the live Pods of a workload show.
type result struct {
	oldest  *kinds.Pod   // of those that lack ambient mode
	lacking []*kinds.Pod // all of them
	by      string       // what asks for it
	having  bool         // another Pod is in ambient mode
}

func survey(p *analysis.Pass, w *kinds.Workload, ns *kinds.Namespace) result {
	var out result
	for pod := range w.Pods(p) {
		if mesh.InAmbient(pod) {
			out.having = true
			continue
		}
		t := mesh.OfPod(pod)
		if exempt(pod, &t) || !mesh.Settled(p, pod) {
			continue
		}
		intent := mesh.Intended(p, ns, &t)
		if intent.Answer != mesh.Yes || awaitsSidecar(p, ns, &t) || !due(p, ns, pod) {
			continue
		}
		out.lacking = append(out.lacking, pod)
		if out.oldest == nil || pod.Created.Before(out.oldest.Created) {
			out.oldest, out.by = pod, intent.Text
		}
	}
	return out
}

// due tells whether the CNI agent had time: the namespace's label is not new, and
// the agents on the Pod's node have been there for a while.
func due(p *analysis.Pass, ns *kinds.Namespace, pod *kinds.Pod) bool {
	return p.Reached(ns.ModeWritten.Add(kinds.Thresholds(p).GracePeriod)) && mesh.AgentsSettled(p, pod.NodeName)
}

// exempt: what is not ready may fail for another reason; of a file without time
// nobody knows whether the CNI agent saw the Pod, nor does it see what the
// kubelet made; gateways are no part of ambient mode.
func exempt(pod *kinds.Pod, t *mesh.Template) bool {
	_, mirror := pod.Annotations["kubernetes.io/config.mirror"]
	_, gateway := pod.Labels[label.IoK8sNetworkingGatewayGatewayName.Name]
	return mirror || gateway || !pod.Ready || pod.Created.IsZero() || t.Component() != mesh.NoComponent
}

// awaitsSidecar tells whether the Pod lacks a sidecar, too, which missingsidecar
// reports.
func awaitsSidecar(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template) bool {
	return mesh.AsksForSidecar(ns, t) != "" && mesh.Decide(p, ns, t).Answer == mesh.Yes
}

func (r *result) quantity() string {
	if r.having {
		return "some of the Pods are not carried by ztunnel (annotation ambient.istio.io/redirection=enabled)"
	}
	return "none of the Pods is carried by ztunnel (annotation ambient.istio.io/redirection=enabled)"
}

// pending tells of a CNI agent that began and did not finish.
func (r *result) pending() string {
	if r.oldest.Annotations[annotation.AmbientRedirection.Name] != "pending" {
		return ""
	}
	return "; the CNI agent began with it and did not finish (redirection=pending)"
}

// told tells whether unreadynode reports each node on which Pods lack it.
func (r *result) told(p *analysis.Pass) bool {
	for _, pod := range r.lacking {
		if len(mesh.AgentGaps(p, pod.NodeName)) == 0 {
			return false
		}
	}
	return true
}
