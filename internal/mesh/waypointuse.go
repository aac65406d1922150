package mesh

import (
	"strconv"

	"istio.io/api/annotation"
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// WaypointUse is a label by which an object asks for a waypoint.
type WaypointUse struct {
	Namespace, Name string // of the Gateway that is asked for
	// By bears the label: the object, or its Namespace.
	By inventory.Ref
	// Label is the key of the label.
	Label string
	// None: the object declines what its Namespace asks for.
	None bool
	// Inherited: By is the object's Namespace, not the object.
	Inherited bool

	namespace string // of the object that asks
	// unbindable: the object is part of a gateway, which has no waypoint.
	unbindable bool
	// canary is about what is asked for beside another waypoint.
	canary *canary
}

// canary is what a canary depends on.
type canary struct {
	beside WaypointUse
	weight string // of the annotation; "0" without it
}

// noWaypoint is the name that stands for no waypoint.
const noWaypoint = "none"

// WaypointUsed finds the waypoint that an object asks for: by its own label
// istio.io/use-waypoint, also if that says none, else by the label of its
// Namespace. Of a workload it asks by the labels of the Pods: see
// [WorkloadWaypointUsed]. As in istiod's GetUseWaypoint, the Gateway is looked
// for in the namespace of the object unless istio.io/use-waypoint-namespace,
// beside the label, names another.
func WaypointUsed(r inventory.Reader, kind inventory.Kind, m *kinds.Meta) (WaypointUse, bool) {
	return askingOf(kind, m).find(r, waypointLabels)
}

// WorkloadWaypointUsed is [WaypointUsed] for Pods.
func WorkloadWaypointUsed(r inventory.Reader, t *Template) (WaypointUse, bool) {
	return ofPods(t).find(r, waypointLabels)
}

// CanaryUsed finds the waypoint that takes a share of the requests to a Service
// or ServiceEntry, by the label istio.io/use-waypoint-canary; of a Namespace,
// of those that inherit its waypoint. As istiod's getUseWaypointCanary has it,
// the label of the Namespace counts only where the waypoint itself is
// inherited. Workloads have none.
func CanaryUsed(r inventory.Reader, kind inventory.Kind, m *kinds.Meta) (WaypointUse, bool) {
	l := askingOf(kind, m)
	primary, ok := l.find(r, waypointLabels)
	if !ok || primary.None {
		return WaypointUse{}, false
	}
	l.inherits = l.inherits && primary.Inherited
	use, ok := l.find(r, canaryLabels)
	if !ok || use.None || use.Name == "" {
		return WaypointUse{}, false
	}
	use.canary = &canary{beside: primary, weight: canaryWeight(r, m, primary.Inherited)}
	return use, true
}

func canaryWeight(r inventory.Reader, m *kinds.Meta, inherits bool) string {
	if w, ok := m.Annotations[annotation.IoIstioUseWaypointCanaryWeight.Name]; ok {
		return w
	}
	if ns := kinds.Namespaces.Get(r, "", m.Namespace); inherits && ns != nil {
		if w, ok := ns.Annotations[annotation.IoIstioUseWaypointCanaryWeight.Name]; ok {
			return w
		}
	}
	return "0"
}

func (c *canary) validWeight() bool {
	n, err := strconv.Atoi(c.weight)
	return err == nil && n >= 0 && n <= 100
}

// labelPair are the labels that name a waypoint, and its namespace.
type labelPair struct{ name, namespace string }

var (
	waypointLabels = labelPair{label.IoIstioUseWaypoint.Name, label.IoIstioUseWaypointNamespace.Name}
	canaryLabels   = labelPair{label.IoIstioUseWaypointCanary.Name, label.IoIstioUseWaypointCanaryNamespace.Name}
)

// asking is an object that may ask for a waypoint.
type asking struct {
	ref        inventory.Ref
	labels     map[string]string
	home       string
	inherits   bool // from the Namespace
	unbindable bool
}

func askingOf(kind inventory.Kind, m *kinds.Meta) asking {
	a := asking{ref: inventory.Ref{Kind: kind, Namespace: m.Namespace, Name: m.Name}, labels: m.Labels, home: m.Namespace}
	if kind == kinds.Namespaces.Name {
		a.home = m.Name
	}
	a.inherits = kind != kinds.Namespaces.Name
	managed := m.Labels[label.GatewayManaged.Name]
	a.unbindable = kind == kinds.Services.Name && (managed == meshController || managed == eastWestController)
	return a
}

// eastWestController marks, as meshController does, a gateway between networks.
const eastWestController = "istio.io-eastwest-controller"

func ofPods(t *Template) asking {
	_, gateway := t.Labels[label.IoK8sNetworkingGatewayGatewayName.Name]
	return asking{ref: t.Ref, labels: t.Labels, home: t.Ref.Namespace, inherits: true, unbindable: gateway}
}

func (a asking) find(r inventory.Reader, pair labelPair) (WaypointUse, bool) {
	u, ok := a.lookUp(r, pair)
	u.unbindable = a.unbindable
	return u, ok
}

func (a asking) lookUp(r inventory.Reader, pair labelPair) (WaypointUse, bool) {
	if u, ok := a.own(pair); ok || !a.inherits {
		return u, ok
	}
	ns := kinds.Namespaces.Get(r, "", a.home)
	if ns == nil {
		return WaypointUse{}, false
	}
	u, ok := askingOf(kinds.Namespaces.Name, &ns.Meta).own(pair)
	u.Inherited = true
	return u, ok && !u.None
}

func (a asking) own(pair labelPair) (WaypointUse, bool) {
	name, ok := a.labels[pair.name]
	if !ok {
		return WaypointUse{}, false
	}
	u := WaypointUse{
		Namespace: a.home, Name: name, By: a.ref, Label: pair.name, None: name == noWaypoint, namespace: a.home,
	}
	if given, ok := a.labels[pair.namespace]; ok {
		u.Namespace = given
	}
	return u, true
}
