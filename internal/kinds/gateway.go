package kinds

import (
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Values of the Gateway API's kinds. Their older versions have the schema of v1
// as far as v1 goes.
type (
	// GatewayClass is a kind of gateway that a controller offers.
	GatewayClass = Resource[gatewayv1.GatewayClassSpec]
	// ListenerSet adds listeners to a KubeGateway.
	ListenerSet = Resource[gatewayv1.ListenerSetSpec]
	// ReferenceGrant allows references from other namespaces.
	ReferenceGrant = Resource[gatewayv1.ReferenceGrantSpec]
	// BackendTLSPolicy says how gateways speak TLS to a backend.
	BackendTLSPolicy = Resource[gatewayv1.BackendTLSPolicySpec]
)

var (
	kubeGatewayInfo      = &inventory.KindInfo{Kind: "Gateway.gateway.networking.k8s.io", Namespaced: true}
	listenerSetInfo      = &inventory.KindInfo{Kind: "ListenerSet.gateway.networking.k8s.io", Namespaced: true}
	backendTLSPolicyInfo = &inventory.KindInfo{Kind: "BackendTLSPolicy.gateway.networking.k8s.io", Namespaced: true}
)

var (
	// GatewayClasses is the kind GatewayClass. An installation brings them, so
	// that their absence from files says nothing.
	GatewayClasses = resource[gatewayv1.GatewayClassSpec](Row{
		KindInfo: &inventory.KindInfo{Kind: "GatewayClass.gateway.networking.k8s.io"},
		Plural:   "gatewayclasses", Versions: []string{"v1", "v1beta1"}, OffInFiles: true,
	})
	// KubeGateways is the kind of the Gateway API's Gateway.
	KubeGateways = raw(Row{
		KindInfo: kubeGatewayInfo, Plural: "gateways", Versions: []string{"v1", "v1beta1"}, Custom: true,
		KeyFields: []string{"spec.gatewayClassName"},
	}, decodeKubeGateway)
	// ListenerSets is the kind ListenerSet.
	ListenerSets = resource[gatewayv1.ListenerSetSpec](Row{
		KindInfo: listenerSetInfo, Plural: "listenersets", Versions: []string{"v1"},
		KeyFields: []string{"spec.parentRef"},
	})
	// ReferenceGrants is the kind ReferenceGrant; one lies in the namespace to
	// which it allows references.
	ReferenceGrants = resource[gatewayv1.ReferenceGrantSpec](Row{
		KindInfo: &inventory.KindInfo{Kind: "ReferenceGrant.gateway.networking.k8s.io", Namespaced: true},
		Plural:   "referencegrants", Versions: []string{"v1", "v1beta1", "v1alpha2"},
	})
	// BackendTLSPolicies is the kind BackendTLSPolicy.
	BackendTLSPolicies = resource[gatewayv1.BackendTLSPolicySpec](Row{
		KindInfo: backendTLSPolicyInfo, Plural: "backendtlspolicies", Versions: []string{"v1", "v1alpha3"},
		KeyFields: []string{"spec.targetRefs.group", "spec.targetRefs.kind", "spec.targetRefs.name"},
	})

	// KubeGatewaysByClass finds Gateways by the name of their class, everywhere.
	KubeGatewaysByClass = index(kubeGatewayInfo, "class", func(g *KubeGateway) []inventory.Key {
		return clusterKeys(string(g.Spec.GatewayClassName))
	})
	// ListenerSetsByParent finds them by the [RefKey] of their Gateway, everywhere.
	ListenerSetsByParent = index(listenerSetInfo, "parent", func(l *ListenerSet) []inventory.Key {
		p := &l.Spec.ParentRef
		return clusterKeys(objectKey(p.Group, p.Kind, p.Namespace, p.Name, KubeGateways.Name, l.Namespace))
	})
	// BackendTLSPoliciesByTarget finds them by the [RefKey] of each target,
	// everywhere.
	BackendTLSPoliciesByTarget = index(backendTLSPolicyInfo, "target", func(b *BackendTLSPolicy) []inventory.Key {
		var targets []string
		for i := range b.Spec.TargetRefs {
			t := &b.Spec.TargetRefs[i]
			targets = append(targets, objectKey(&t.Group, &t.Kind, nil, t.Name, "", b.Namespace))
		}
		return clusterKeys(targets...)
	})
)

// KubeRef names the object that a Gateway API reference means: group and kind
// default to those of otherwise, the namespace to that of the referrer.
func KubeRef(group *gatewayv1.Group, kind *gatewayv1.Kind, namespace *gatewayv1.Namespace,
	name gatewayv1.ObjectName, otherwise inventory.Kind, referrer string,
) inventory.Ref {
	g, k := otherwise.Group(), otherwise.Short()
	if group != nil {
		g = string(*group)
	}
	if kind != nil {
		k = string(*kind)
	}
	ref := inventory.Ref{Kind: inventory.Kind(k), Namespace: referrer, Name: string(name)}
	if g != "" {
		ref.Kind = inventory.Kind(k + "." + g)
	}
	if namespace != nil {
		ref.Namespace = string(*namespace)
	}
	return ref
}

func objectKey(group *gatewayv1.Group, kind *gatewayv1.Kind, namespace *gatewayv1.Namespace,
	name gatewayv1.ObjectName, otherwise inventory.Kind, referrer string,
) string {
	return RefKey(KubeRef(group, kind, namespace, name, otherwise, referrer))
}
