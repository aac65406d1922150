package mesh

import (
	"reflect"
	"strconv"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// IdleWaypointKinds are the kinds that [IdleWaypoint] is about.
var IdleWaypointKinds = []inventory.Kind{kinds.Services.Name, kinds.Namespaces.Name}

// IdleWaypoint tells whether the label of a Namespace or Service that asks for
// a waypoint has no effect, because nobody would send anything through it: as
// ztunnels do for their Pods, whatever stands behind the Service, and ingress
// gateways where istio.io/ingress-use-waypoint=true is set.
//
// It may read ConfigMaps, which are off in files unless one is given: so come
// late.
func IdleWaypoint(r inventory.Reader, kind inventory.Kind, m *kinds.Meta) bool {
	return !ambientByLabel(r) && !ingressUses(r, kind, m) && !ambientByOther(r)
}

// ingressUses tells whether ingress gateways may use the waypoint of a Service,
// or of one in a Namespace.
func ingressUses(r inventory.Reader, kind inventory.Kind, m *kinds.Meta) bool {
	if use, given := ingressUse(m.Labels); use || given && kind != kinds.Namespaces.Name {
		return use
	}
	if kind != kinds.Namespaces.Name {
		ns := kinds.Namespaces.Get(r, "", m.Namespace)
		if ns == nil {
			return true
		}
		use, _ := ingressUse(ns.Labels)
		return use
	}
	for s := range kinds.Services.In(r, m.Name) {
		if use, _ := ingressUse(s.Labels); use {
			return true
		}
	}
	return false
}

// ingressUse reads the label as istiod does: what is no truth value is false.
func ingressUse(labels map[string]string) (use, given bool) {
	v, given := labels[label.IoIstioIngressUseWaypoint.Name]
	use, err := strconv.ParseBool(v)
	return use && err == nil, given
}

// ambientByLabel tells whether any Namespace or workload asks for ambient mode.
func ambientByLabel(r inventory.Reader) bool {
	for range kinds.NamespacesByLabel.Everywhere(r, kinds.LabelKey(label.IoIstioDataplaneMode.Name, ambient)) {
		return true
	}
	return SelectsWorkload(r, "", inAmbientMode)
}

// ambientByOther tells whether something else may be in ambient mode: by
// enablementSelectors that are not the chart's, or in a cluster that is not
// read.
func ambientByOther(r inventory.Reader) bool {
	if RemoteClusters(r) {
		return true
	}
	c, _ := CNIConfig(r)
	return !reflect.DeepEqual(c.Selectors, defaultCNI.Selectors)
}

// OutsideAmbient tells whether a workload is certainly not in ambient mode, nor
// asks for it. It may read ConfigMaps and webhook configurations: so come late.
func OutsideAmbient(r inventory.Reader, w *kinds.Workload) bool {
	t := OfWorkload(w)
	ns := kinds.Namespaces.Get(r, "", w.Namespace())
	if ns == nil || AsksForAmbient(ns, &t) || AmbientWorkload(r, w) {
		return false
	}
	return Intended(r, ns, &t).Answer == No
}
