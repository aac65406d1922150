package kinds

import (
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// NetworkPolicy is what checks see of a NetworkPolicy.
type NetworkPolicy struct {
	Meta
	Spec *networkingv1.NetworkPolicySpec // never nil
}

// Ingress is what checks see of an Ingress.
type Ingress struct {
	Meta
	// Class is spec.ingressClassName, else that of the old annotation.
	Class string
	Spec  *networkingv1.IngressSpec // never nil
}

var ingressInfo = &inventory.KindInfo{Kind: "Ingress.networking.k8s.io", Namespaced: true}

var (
	// NetworkPolicies is the kind NetworkPolicy.
	NetworkPolicies = core(Row{
		KindInfo: &inventory.KindInfo{Kind: "NetworkPolicy.networking.k8s.io", Namespaced: true},
		Plural:   "networkpolicies", Versions: []string{"v1"},
	}, func(n *networkingv1.NetworkPolicy) *NetworkPolicy {
		return &NetworkPolicy{Meta: newMeta(&n.ObjectMeta), Spec: &n.Spec}
	})
	// IngressesByService finds the Ingresses that lead to a Service by its name,
	// in its namespace.
	IngressesByService = index(ingressInfo, "service", func(i *Ingress) []inventory.Key {
		keys := clusterKeys(ingressServices(i.Spec)...)
		for n := range keys {
			keys[n].Scope = i.Namespace
		}
		return keys
	})
	// Ingresses is the kind Ingress.
	Ingresses = core(Row{
		KindInfo: ingressInfo, Plural: "ingresses", Versions: []string{"v1"},
		KeyFields: []string{"spec.defaultBackend.service.name", "spec.rules.http.paths.backend.service.name"},
	}, projectIngress)
)

func projectIngress(i *networkingv1.Ingress) *Ingress {
	out := &Ingress{Meta: newMeta(&i.ObjectMeta), Spec: &i.Spec}
	if i.Spec.IngressClassName != nil {
		out.Class = *i.Spec.IngressClassName
	} else {
		out.Class = i.Annotations["kubernetes.io/ingress.class"]
	}
	return out
}

func ingressServices(s *networkingv1.IngressSpec) []string {
	var names []string
	add := func(b *networkingv1.IngressBackend) {
		if b != nil && b.Service != nil {
			names = append(names, b.Service.Name)
		}
	}
	add(s.DefaultBackend)
	for i := range s.Rules {
		if s.Rules[i].HTTP == nil {
			continue
		}
		for j := range s.Rules[i].HTTP.Paths {
			add(&s.Rules[i].HTTP.Paths[j].Backend)
		}
	}
	return names
}
