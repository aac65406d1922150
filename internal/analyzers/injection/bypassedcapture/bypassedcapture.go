// Package bypassedcapture flags workloads whose annotations let traffic past
// their proxy.
package bypassedcapture

import (
	"fmt"
	"slices"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads whose annotations let traffic past their proxy.
var Analyzer = &analysis.Analyzer{
	Name:     "bypassedcapture",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "Traffic of a workload goes past its proxy",
	Why:      "What is not redirected has neither mutual TLS nor authorization nor routing nor metrics: PeerAuthentications and AuthorizationPolicies that seem to protect the port do nothing there.",
	Fix:      "Take the port or range out of the annotation, or close it by a NetworkPolicy to those for whom it is meant.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	t := mesh.OfWorkload(w)
	if mesh.BypassesInbound(&t) && mesh.AmbientWorkload(p, w) {
		past := func(int32) string { return annotation.AmbientBypassInboundCapture.Name }
		inbound(p, w, &t, past)
		return
	}
	if !annotated(&t) || mesh.Proxyless(&t) || mesh.Meshed(p, w) != mesh.Yes {
		return
	}
	if !mesh.CustomInbound(p, t.Ref.Namespace, t.Labels) {
		inbound(p, w, &t, func(port int32) string { return mesh.PassedBy(&t, port) })
	}
	outbound(p, w, &t)
}

// annotated tells whether one of the annotations is there at all.
func annotated(t *mesh.Template) bool {
	return slices.ContainsFunc([]string{
		annotation.SidecarInterceptionMode.Name,
		annotation.SidecarTrafficExcludeInboundPorts.Name, annotation.SidecarTrafficIncludeInboundPorts.Name,
		annotation.SidecarTrafficExcludeOutboundIPRanges.Name, annotation.SidecarTrafficIncludeOutboundIPRanges.Name,
		annotation.SidecarTrafficExcludeOutboundPorts.Name,
	}, func(key string) bool { _, given := t.Annotations[key]; return given })
}

// inbound reports, for each annotation that lets served ports past the proxy,
// the first for which a policy is meant, else the first.
func inbound(p *analysis.Pass, w *kinds.Workload, t *mesh.Template, past func(int32) string) {
	found := map[string]*bypass{}
	for port := range mesh.ServedPorts(p, t) {
		key := past(port.Number)
		if key == "" || port.Auxiliary(t) || mesh.CalledByAPIServer(p, port.Service) {
			continue
		}
		if b := (&bypass{port: port, policy: policy(p, t, port.Number)}); found[key] == nil || b.before(found[key]) {
			found[key] = b
		}
	}
	for key, b := range found {
		b.report(p, w, key, t.Annotations[key])
	}
}

// bypass is a port that the proxy does not get.
type bypass struct {
	port   mesh.ServedPort
	policy string // what does not hold there, "" if nothing is known
}

func (b *bypass) before(o *bypass) bool {
	if (b.policy != "") != (o.policy != "") {
		return b.policy != ""
	}
	return b.port.Number < o.port.Number
}

func (b *bypass) report(p *analysis.Pass, w *kinds.Workload, key, value string) {
	s := b.port.Service
	text := fmt.Sprintf("%s=%s lets what Service %s/%s sends to port %d past the proxy",
		key, value, s.Namespace, s.Name, b.port.Number)
	severity := analysis.Medium
	if b.policy != "" {
		text, severity = text+": "+b.policy+" does not hold there", analysis.High
	}
	p.Report(mesh.PodField(w.Ref.Kind, "metadata.annotations["+key+"]"), "%s", text).
		At(severity).Relate(kinds.Services.Ref(s.Namespace, s.Name))
}

// policy is what is meant to protect a port.
func policy(p *analysis.Pass, t *mesh.Template, port int32) string {
	peers := mesh.PeerPolicyOf(p, kinds.MeshSettings(p).RootNamespace, t.Ref.Namespace, t.Labels)
	if mode, by := peers.Mode(port); mode == mesh.Strict && by != nil && !peers.Revisioned {
		return "STRICT of PeerAuthentication " + by.Namespace + "/" + by.Name
	}
	if a := mesh.PolicyOf(p, t); a != nil {
		return "AuthorizationPolicy " + a.Namespace + "/" + a.Name
	}
	return ""
}
