package unboundwaypoint

import (
	"fmt"

	"istio.io/api/annotation"
	"istio.io/api/label"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// judge reports a use of which istiod makes nothing.
func (a *asker) judge(u mesh.WaypointUse) {
	problem := mesh.Binding(a, u, a.what)
	if problem == mesh.Bound || problem == mesh.NoUse || a.idle() {
		return
	}
	asked := fmt.Sprintf("label %s=%s", u.Label, u.Name)
	switch problem {
	case mesh.Missing:
		a.missing(u, asked)
	case mesh.Denied:
		a.denied(u, asked)
	case mesh.WrongType:
		a.wrongType(u, asked)
	case mesh.SameGateway:
		a.report(u, "%s names Gateway %s/%s, beside which it should be used", asked, u.Namespace, u.Name).
			FixBy("Name another Gateway, or remove %s.", u.Label)
	case mesh.WrongWeight:
		a.wrongWeight(u)
	default:
	}
}

func (a *asker) report(u mesh.WaypointUse, format string, args ...any) *analysis.Finding {
	return a.Report(a.field(mesh.LabelField(u.Label)), format, args...)
}

func (a *asker) missing(u mesh.WaypointUse, asked string) {
	text := ""
	if g := elsewhere(a.Pass, u); g != nil {
		text = fmt.Sprintf("; if Gateway %s/%s is meant, %s=%s is missing",
			g.Namespace, g.Name, namespaceLabel(u), g.Namespace)
	}
	if u.Name == "" {
		a.report(u, "label %s is empty and names no Gateway", u.Label)
		return
	}
	a.report(u, "%s names Gateway %s/%s, which does not exist%s", asked, u.Namespace, u.Name, text).
		FixBy("Correct the label, or make the waypoint: istioctl waypoint apply -n %s --name %s.", u.Namespace, u.Name)
}

// elsewhere finds the only waypoint of that name in another namespace; nil if
// there is none, or more.
func elsewhere(p *analysis.Pass, u mesh.WaypointUse) *kinds.KubeGateway {
	var found *kinds.KubeGateway
	for g := range kinds.KubeGatewaysByClass.Everywhere(p, "istio-waypoint") {
		if g.Name != u.Name || !g.Deleted.IsZero() {
			continue
		}
		if found != nil {
			return nil
		}
		found = g
	}
	return found
}

func namespaceLabel(u mesh.WaypointUse) string {
	if u.Label == label.IoIstioUseWaypointCanary.Name {
		return label.IoIstioUseWaypointCanaryNamespace.Name
	}
	return label.IoIstioUseWaypointNamespace.Name
}

func (a *asker) denied(u mesh.WaypointUse, asked string) {
	g := mesh.Waypoint(a, u)
	why := "the allowedRoutes of its listener do not"
	if len(g.Spec.Listeners) == 1 {
		why = fmt.Sprintf("listener %s has allowedRoutes.namespaces.from %s", g.Spec.Listeners[0].Name, from(g))
	}
	a.report(u, "%s names Gateway %s/%s, which takes nothing from namespace %s: %s",
		asked, g.Namespace, g.Name, a.namespace, why).
		Relate(kinds.KubeGateways.Ref(g.Namespace, g.Name)).
		FixBy("Let allowedRoutes of the Gateway's listener take the namespace (from: All, or Selector with a selector " +
			"that matches it), or use a waypoint of the namespace itself.")
}

// from is what the first listener of a Gateway says about namespaces.
func from(g *kinds.KubeGateway) string {
	l := g.Spec.Listeners[0]
	if l.AllowedRoutes == nil || l.AllowedRoutes.Namespaces == nil || l.AllowedRoutes.Namespaces.From == nil {
		return "Same"
	}
	return string(*l.AllowedRoutes.Namespaces.From)
}

func (a *asker) wrongType(u mesh.WaypointUse, asked string) {
	isNamespace := a.Subject().Ref.Kind == kinds.Namespaces.Name
	if isNamespace && !inherits(a) {
		return
	}
	g := mesh.Waypoint(a, u)
	ref := kinds.KubeGateways.Ref(g.Namespace, g.Name)
	f := a.report(u, "%s names Gateway %s/%s, which is for %s traffic (%s), and not for that of a %s",
		asked, g.Namespace, g.Name, mesh.TrafficType(a, g), label.IoIstioWaypointFor.Name, a.what).Relate(ref).
		FixBy("Let the waypoint take it, too (kubectl label %s/%s -n %s %s=all --overwrite), or name another one.",
			"gateways.gateway.networking.k8s.io", g.Name, g.Namespace, label.IoIstioWaypointFor.Name)
	if isNamespace {
		f.At(analysis.Medium).Message += ": no Service of the namespace uses it"
	}
}

// inherits tells whether a Service of the namespace would use its waypoint.
func inherits(a *asker) bool {
	for s := range kinds.Services.In(a, a.namespace) {
		_, own := s.Labels[label.IoIstioUseWaypoint.Name]
		if _, managed := s.Labels[label.GatewayManaged.Name]; !own && !managed && bindable(s) {
			return true
		}
	}
	return false
}

// bindable: nobody sends anything to the address of a mere other name.
func bindable(s *kinds.Service) bool {
	return s.Deleted.IsZero() && s.Type != corev1.ServiceTypeExternalName
}

func (a *asker) wrongWeight(u mesh.WaypointUse) {
	key := annotation.IoIstioUseWaypointCanaryWeight.Name
	weight, own := a.annotations[key]
	if !own {
		a.report(u, "the weight of the canary, by annotation %s of the namespace, is no whole number from 0 to 100", key)
		return
	}
	a.Report(a.field("metadata.annotations["+key+"]"),
		"%s=%s is no whole number from 0 to 100, so that Gateway %s/%s gets nothing", key, weight, u.Namespace, u.Name).
		FixBy("Set %s to a whole number from 0 to 100.", key)
}
