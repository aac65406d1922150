package mesh

import (
	"slices"

	"istio.io/api/annotation"
	security "istio.io/api/security/v1beta1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// RequestPolicyKinds are the kinds of policies about requests beside
// AuthorizationPolicy.
var RequestPolicyKinds = []inventory.Kind{
	kinds.RequestAuthentications.Name, kinds.WasmPlugins.Name, kinds.TrafficExtensions.Name, kinds.Telemetries.Name,
}

// RequestPolicy is what matters of a policy where ztunnel stands alone.
type RequestPolicy struct {
	Attachment
	// Security: it decides who gets through.
	Security bool
	// Field is the path of the first part about requests; "" if there is none.
	Field string
	// Lost says what ztunnel does with the policy.
	Lost string
	// widely: without selector, waypoints take it without targets, too.
	widely bool
}

// ReachesWaypoints tells whether waypoints take the policy without targets.
func (p *RequestPolicy) ReachesWaypoints() bool { return p.widely && len(p.Selector) == 0 }

// RequestPolicyOf reads an AuthorizationPolicy or one of [RequestPolicyKinds].
func RequestPolicyOf(o *inventory.Object) RequestPolicy {
	switch o.Ref.Kind {
	case kinds.RequestAuthentications.Name:
		a := kinds.RequestAuthentications.Of(o)
		p := RequestPolicy{Attachment: AttachmentOf(&a.Meta, a.Spec), Security: true, Lost: "checks no tokens"}
		if len(a.Spec.GetJwtRules()) > 0 {
			p.Field = "spec.jwtRules"
		}
		return p
	case kinds.WasmPlugins.Name:
		w := kinds.WasmPlugins.Of(o)
		return filterPolicy(AttachmentOf(&w.Meta, w.Spec), "spec.url")
	case kinds.TrafficExtensions.Name:
		e := kinds.TrafficExtensions.Of(o)
		return filterPolicy(AttachmentOf(&e.Meta, e.Spec), "spec")
	case kinds.Telemetries.Name:
		return telemetryPolicy(kinds.Telemetries.Of(o))
	}
	return authorization(kinds.AuthorizationPolicies.Of(o))
}

func filterPolicy(a Attachment, field string) RequestPolicy {
	return RequestPolicy{Attachment: a, Field: field, Lost: "loads no filters"}
}

func telemetryPolicy(t *kinds.Telemetry) RequestPolicy {
	p := RequestPolicy{Attachment: AttachmentOf(&t.Meta, t.Spec), widely: true}
	if parts := RequestTelemetry(t.Spec); len(parts) > 0 {
		p.Field, p.Lost = parts[0].Field, "takes no notice of "+PartNames(parts)
	}
	return p
}

func authorization(a *kinds.AuthorizationPolicy) RequestPolicy {
	p := RequestPolicy{Attachment: AttachmentOf(&a.Meta, a.Spec), Security: true}
	parts := RequestParts(a.Spec)
	action := a.Spec.GetAction()
	switch {
	case a.Annotations[annotation.IoIstioDryRun.Name] == "true": // only tried
		p.Targets = nil
	case action == security.AuthorizationPolicy_CUSTOM || action == security.AuthorizationPolicy_AUDIT:
		p.Field, p.Lost = "spec.action", "knows no action "+action.String()+": nothing is checked"
	case len(parts) == 0:
	case action == security.AuthorizationPolicy_DENY:
		p.Field, p.Lost = parts[0].Field, "applies it without "+PartNames(parts)+": it denies more than is written"
	default:
		p.Field, p.Lost = allowing(parts)
	}
	return p
}

// allowing is what ztunnel does with a policy that allows: rules about requests
// never match.
func allowing(parts []Part) (field, lost string) {
	requests := slices.DeleteFunc(slices.Clone(parts), func(p Part) bool {
		return p.Name == trustDomains || p.Name == notTrustDomains
	})
	if len(requests) == 0 {
		return parts[0].Field, "takes no notice of " + PartNames(parts) + ": it allows more than is written"
	}
	return requests[0].Field, "leaves out the rules with " + PartNames(requests) + ": it refuses what only they allow"
}
