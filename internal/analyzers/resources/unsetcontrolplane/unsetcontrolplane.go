// Package unsetcontrolplane flags parts of Istio without resource requests.
package unsetcontrolplane

import (
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags istiod, ztunnel or Istio's CNI agent without requests of cpu or
// memory. Limits are a matter of taste.
var Analyzer = &analysis.Analyzer{
	Name:     "unsetcontrolplane",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "Istiod, ztunnel or CNI runs without resource requests",
	Why:      "The scheduler counts it as nothing, and on a full node it is starved or killed first: without ztunnel no ambient Pod of the node has traffic, without the CNI agent no Pod starts there, and without istiod none is injected.",
	Fix:      "Set resources.requests for cpu and memory in the values of the chart, as its defaults do.",
	Subject:  analysis.Workload,
	Run:      run,
}

var containers = map[mesh.Component]string{
	mesh.Istiod: "discovery", mesh.Ztunnel: "istio-proxy", mesh.CNINode: "install-cni",
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) || w.Spec().Amounts {
		return
	}
	t := mesh.OfWorkload(w)
	name := containers[t.Component()]
	c := w.Spec().Container(name)
	if name == "" || c == nil {
		return
	}
	var lacking []string
	amounts := mesh.ContainerAmounts(p, w.Namespace(), c, "")
	for _, amount := range mesh.Requests {
		if !amounts.Of(amount).Given && !live(p, w, name, amount) {
			lacking = append(lacking, amount.String())
		}
	}
	if len(lacking) > 0 {
		p.Report(mesh.PodField(w.Ref.Kind, mesh.ContainerField(w.Spec(), name)+".resources"),
			"container %s of %s has no %s", name, t.Component(), strings.Join(lacking, " and no "))
	}
}

// live tells whether all live Pods have the request all the same, as a vertical
// autoscaler gives it.
func live(p *analysis.Pass, w *kinds.Workload, name string, amount mesh.ProxyResource) bool {
	some := false
	for pod := range w.Pods(p) {
		c := pod.Container(name)
		if c == nil {
			return false
		}
		if _, given := amount.Of(c); !given {
			return false
		}
		some = true
	}
	return some
}
