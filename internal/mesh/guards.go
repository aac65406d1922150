package mesh

import (
	"iter"

	"istio.io/api/annotation"
	security "istio.io/api/security/v1beta1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Guarded tells whether an AuthorizationPolicy stands, or may stand, before a
// Pod: of its namespace or of the root namespace. What the policy says is not
// judged. The root namespace is that of the settings, so that this reads no
// ConfigMap.
func Guarded(r inventory.Reader, t *Template) bool {
	for _, namespace := range []string{t.Ref.Namespace, kinds.MeshSettings(r).RootNamespace} {
		for a := range kinds.AuthorizationPolicies.In(r, namespace) {
			if acts(a) && kinds.Selects(a.Spec.GetSelector().GetMatchLabels(), t.Labels) {
				return true
			}
		}
	}
	return false
}

// acts: a policy that only records, or is on trial, keeps nobody out.
func acts(a *kinds.AuthorizationPolicy) bool {
	return a.Deleted.IsZero() && a.Spec.GetAction() != security.AuthorizationPolicy_AUDIT &&
		a.Annotations[annotation.IoIstioDryRun.Name] != "true"
}

// GuardedGateway tells whether an AuthorizationPolicy stands before what a
// Gateway configures.
func GuardedGateway(r inventory.Reader, g *kinds.Gateway) bool {
	for t := range gatewayMakers(r, g) {
		if Guarded(r, &t) {
			return true
		}
	}
	return false
}

// Backends yields what a Service selects, by [Makers].
func Backends(r inventory.Reader, s *kinds.Service) iter.Seq[Template] {
	if len(s.Selector) == 0 {
		return func(func(Template) bool) {}
	}
	return Makers(r, s.Namespace, s.Selector)
}

// GuardedService tells whether an AuthorizationPolicy stands before something
// that a Service selects.
func GuardedService(r inventory.Reader, s *kinds.Service) bool {
	for t := range Backends(r, s) {
		if Guarded(r, &t) {
			return true
		}
	}
	return false
}
