package mesh

import (
	"iter"
	"slices"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Component is a part of Istio's own that Pods may be.
type Component string

// The components.
const (
	NoComponent  Component = "" // a user's workload
	Istiod       Component = "istiod"
	Ztunnel      Component = "ztunnel"
	CNINode      Component = "cni"
	GatewayPods  Component = "gateway"
	WaypointPods Component = "waypoint" // made by istiod
)

// meshController is the label's value by which istiod marks a waypoint.
const meshController = "istio.io-mesh-controller"

// Component tells which part of Istio the Pods of a template are: by the labels
// of Istio's charts, by their containers, or by what their proxy does.
func (t *Template) Component() Component {
	switch {
	case t.Labels["app"] == "istiod" || runs(t.Spec.Container("discovery"), "discovery"):
		return Istiod
	case t.Labels["app"] == "ztunnel" || runs(t.Spec.Container(proxyContainer), "proxy", "ztunnel"):
		return Ztunnel
	case t.Labels["k8s-app"] == "istio-cni-node" || t.Spec.Container("install-cni") != nil:
		return CNINode
	case t.Labels[label.GatewayManaged.Name] == meshController:
		return WaypointPods
	case t.Role() == GatewayProxy:
		return GatewayPods
	}
	return NoComponent
}

// runs tells whether a container's arguments begin so.
func runs(c *kinds.Container, args ...string) bool {
	return c != nil && len(c.Args) >= len(args) && slices.Equal(c.Args[:len(args)], args)
}

// ControlPlaneWorkload tells whether the Pods are of Istio's installation, so
// that checks about injection and enrolment do not concern them: istiod,
// ztunnel, or the CNI agent.
func ControlPlaneWorkload(t *Template) bool {
	c := t.Component()
	return c == Istiod || c == Ztunnel || c == CNINode
}

// UserWorkloads yields what runs or would run in a namespace, as [Templates]
// does, and is neither a part of Istio nor a Job that has ended.
func UserWorkloads(r inventory.Reader, namespace string) iter.Seq[Template] {
	return func(yield func(Template) bool) {
		for t := range Templates(r, namespace, nil) {
			if t.Component() == NoComponent && !ended(r, &t) && !yield(t) {
				return
			}
		}
	}
}

func ended(r inventory.Reader, t *Template) bool {
	if t.Ref.Kind != kinds.Jobs.Name {
		return false
	}
	job := kinds.Jobs.Get(r, t.Ref.Namespace, t.Ref.Name)
	return job != nil && job.Ended
}
