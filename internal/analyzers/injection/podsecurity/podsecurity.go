// Package podsecurity flags namespaces whose Pod Security level refuses Pods
// with a sidecar.
package podsecurity

import (
	"slices"

	"istio.io/api/annotation"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces whose Pod Security level refuses Pods with a
// sidecar.
var Analyzer = &analysis.Analyzer{
	Name:     "podsecurity",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Pod Security refuses the sidecar's init container",
	Why:      "Admission refuses every Pod of the namespace that gets a sidecar: what runs goes on, and no new Pod can be created, be it by a rollout, by scaling, or after the loss of a node.",
	Fix:      "Install istio-cni, which redirects traffic without rights in the Pods (--set pilot.cni.enabled=true for istiod's chart, beside the chart cni), or let the namespace be privileged: kubectl label namespace NAME pod-security.kubernetes.io/enforce=privileged --overwrite.",
	Subject:  kinds.Namespaces.Name,
	Run:      run,
}

const enforce = "pod-security.kubernetes.io/enforce"

func run(p *analysis.Pass) {
	ns := kinds.Namespaces.Of(p.Subject())
	level := ns.Labels[enforce]
	if ns.Terminating || level != "baseline" && level != "restricted" ||
		mesh.ServesNamespace(mesh.Injectors(p), ns) != mesh.Yes {
		return
	}
	for t := range mesh.UserWorkloads(p, ns.Name) {
		what, by := refused(p, ns, &t)
		if what == "" {
			continue
		}
		if !admitted(p, ns) {
			p.Report(mesh.LabelField(enforce), "%s=%s refuses %s: Pods with a sidecar cannot be created", enforce, level, what).
				Relate(kinds.ConfigMaps.Ref(by.Namespace, by.Name), mesh.WorkloadOf(p, &t)).
				FixBy("Install istio-cni, which redirects traffic without rights in the Pods (--set pilot.cni.enabled=true for "+
					"istiod's chart, beside the chart cni), or let the namespace be privileged: "+
					"kubectl label namespace %s %s=privileged --overwrite.", ns.Name, enforce)
		}
		return
	}
}

// refused is what no Pod below the level privileged may have and new Pods of a
// template get, by which ConfigMap; "" if nothing that is certain.
func refused(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template) (what string, by *kinds.ConfigMap) {
	d := mesh.Decide(p, ns, t)
	_, chosen := t.Annotations[annotation.InjectTemplates.Name]
	if d.Answer != mesh.Yes || d.Injector == nil || chosen || t.Role() != mesh.NoProxy {
		return "", nil
	}
	source := d.Injector.ConfigMap(p)
	if source == nil || source.Injector == nil || !source.Injector.Stock {
		return "", nil
	}
	values, mode := &source.Injector.Values, mesh.InterceptionMode(p, t)
	switch {
	case values.Privileged:
		what = "privileged containers, which global.proxy.privileged makes of istio-proxy"
	case mode == "TPROXY":
		what = "NET_ADMIN of istio-proxy, which interceptionMode TPROXY needs"
	case mode != "NONE" && !values.CNIEnabled:
		what = "NET_ADMIN and NET_RAW of istio-init, which redirects traffic where istio-cni does not"
	}
	return what, source
}

// admitted tells whether a Pod runs in the namespace with what the level
// refuses: there is an exemption, or the label is younger.
func admitted(p *analysis.Pass, ns *kinds.Namespace) bool {
	for pod := range kinds.Pods.In(p, ns.Name) {
		if pod.Phase != corev1.PodRunning || !pod.Live() || !mesh.HasSidecar(pod) {
			continue
		}
		for c := range pod.AllContainers {
			istios := c.Name == "istio-init" || c.Name == "istio-proxy"
			if istios && (c.Privileged || c.Name == "istio-init" || slices.Contains(c.Capabilities, "NET_ADMIN")) {
				return true
			}
		}
	}
	return false
}
