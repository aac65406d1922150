package kinds

import (
	security "istio.io/api/security/v1beta1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Values of Istio's security kinds.
type (
	// PeerAuthentication says whether workloads demand mutual TLS.
	PeerAuthentication = Resource[security.PeerAuthentication]
	// RequestAuthentication says which tokens workloads accept.
	RequestAuthentication = Resource[security.RequestAuthentication]
	// AuthorizationPolicy says who may call workloads.
	AuthorizationPolicy = Resource[security.AuthorizationPolicy]
)

// securityVersions have one schema.
var securityVersions = []string{"v1", "v1beta1"}

var (
	// PeerAuthentications is the kind PeerAuthentication.
	PeerAuthentications = istio[security.PeerAuthentication](Row{
		KindInfo: &inventory.KindInfo{Kind: "PeerAuthentication.security.istio.io", Namespaced: true},
		Plural:   "peerauthentications", Versions: securityVersions,
	})
	// RequestAuthentications is the kind RequestAuthentication.
	RequestAuthentications = istio[security.RequestAuthentication](Row{
		KindInfo: &inventory.KindInfo{Kind: "RequestAuthentication.security.istio.io", Namespaced: true},
		Plural:   "requestauthentications", Versions: securityVersions,
	})
	// AuthorizationPolicies is the kind AuthorizationPolicy.
	AuthorizationPolicies = istio[security.AuthorizationPolicy](Row{
		KindInfo: &inventory.KindInfo{Kind: "AuthorizationPolicy.security.istio.io", Namespaced: true},
		Plural:   "authorizationpolicies", Versions: securityVersions,
	})
)
