// Package reservedport flags applications that listen on a port of their
// sidecar.
package reservedport

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags applications that listen on a port of their sidecar.
var Analyzer = &analysis.Analyzer{
	Name:     "reservedport",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An application listens on a port of the proxy",
	Why:      "Containers of a Pod share its ports: the one that starts second cannot listen, and either the application or the proxy fails and is started again and again.",
	Fix:      "Let the application listen on another port; Istio's sidecar keeps some from 15000 to 15090 for itself.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	t := mesh.OfWorkload(w)
	for c := range mesh.AppContainers(t.Spec) {
		for i := range c.Ports {
			port := &c.Ports[i]
			if c.Ends || !mesh.ProxyPortNumber(port.Number) || mesh.Meshed(p, w) != mesh.Yes {
				continue
			}
			taken, ok := mesh.ReservedPort(p, &t, port)
			if !ok {
				continue
			}
			field := fmt.Sprintf("%s.ports[%d].containerPort", c.Field, i)
			text, severity := "on which the sidecar serves ", analysis.High
			if !taken.Bound {
				text, severity = "which Istio keeps for ", analysis.Medium
			}
			p.Report(mesh.PodField(w.Ref.Kind, field), "container %s listens on port %d, %s",
				c.Name, port.Number, text+taken.For).At(severity)
		}
	}
	misled(p, w, &t)
}

// misled: nobody is served where the sidecar takes what iptables redirects.
func misled(p *analysis.Pass, w *kinds.Workload, t *mesh.Template) {
	for s := range mesh.ServicesOf(p, t) {
		for i := range s.Ports {
			target := &s.Ports[i].TargetPort
			redirected := target.Type == intstr.Int && (target.IntVal == 15001 || target.IntVal == 15006)
			if !redirected || mesh.Meshed(p, w) != mesh.Yes {
				continue
			}
			p.Report(mesh.PodField(w.Ref.Kind, "spec"),
				"port %d of Service %s/%s leads to port %d, where the sidecar takes redirected connections alone",
				s.Ports[i].Number, s.Namespace, s.Name, target.IntVal).
				At(analysis.Low).Key(s.Name, fmt.Sprint(s.Ports[i].Number)).Relate(kinds.Services.Ref(s.Namespace, s.Name)).
				FixBy("Correct targetPort of Service %s to a port of the application.", s.Name)
		}
	}
}
