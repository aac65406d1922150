package mesh

import (
	"slices"
	"strings"

	security "istio.io/api/security/v1beta1"
	telemetry "istio.io/api/telemetry/v1alpha1"
)

// Part is something in a policy that needs a proxy which reads requests; with
// neither sidecar nor waypoint, ztunnel alone knows connections.
type Part struct{ Name, Field string }

// Trust domains are a matter of connections that istiod's conversion for ztunnel
// drops: what remains of a rule with nothing else is for everybody.
const trustDomains, notTrustDomains = "trustDomains", "notTrustDomains"

// RequestParts are the parts of an AuthorizationPolicy that ztunnel does not
// know, as istiod's conversion for it has them, in the order of its fields.
func RequestParts(a *security.AuthorizationPolicy) []Part {
	var out []Part
	for i, rule := range a.GetRules() {
		at := item("spec.rules", i)
		for j, from := range rule.GetFrom() {
			s := from.GetSource()
			out = given(out, item(at+".from", j)+".source.", []valuesOf{
				{"remoteIpBlocks", s.GetRemoteIpBlocks()},
				{"notRemoteIpBlocks", s.GetNotRemoteIpBlocks()},
				{"requestPrincipals", s.GetRequestPrincipals()},
				{"notRequestPrincipals", s.GetNotRequestPrincipals()},
				{trustDomains, s.GetTrustDomains()},
				{notTrustDomains, s.GetNotTrustDomains()},
			})
		}
		for j, to := range rule.GetTo() {
			o := to.GetOperation()
			out = given(out, item(at+".to", j)+".operation.", []valuesOf{
				{"hosts", o.GetHosts()},
				{"notHosts", o.GetNotHosts()},
				{"methods", o.GetMethods()},
				{"notMethods", o.GetNotMethods()},
				{"paths", o.GetPaths()},
				{"notPaths", o.GetNotPaths()},
			})
		}
		for j, when := range rule.GetWhen() {
			if !slices.Contains(connectionKeys, when.GetKey()) {
				out = append(out, Part{when.GetKey(), item(at+".when", j) + ".key"})
			}
		}
	}
	return out
}

// connectionKeys are the conditions that ztunnel knows.
var connectionKeys = []string{"source.ip", "source.namespace", "source.principal", "destination.ip", "destination.port"}

type valuesOf struct {
	name   string
	values []string
}

func given(out []Part, at string, fields []valuesOf) []Part {
	for _, f := range fields {
		if len(f.values) > 0 {
			out = append(out, Part{f.name, at + f.name})
		}
	}
	return out
}

// PartNames lists what parts there are, each name once.
func PartNames(parts []Part) string {
	var names []string
	for _, p := range parts {
		if !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	return strings.Join(names[:min(len(names), mostListed)], ", ")
}

// RequestTelemetry are the parts of a Telemetry that demand something of each
// request: logs, spans, and labels of metrics.
func RequestTelemetry(t *telemetry.Telemetry) []Part {
	var out []Part
	for i, l := range t.GetAccessLogging() {
		if !l.GetDisabled().GetValue() {
			out = append(out, Part{"accessLogging", item("spec.accessLogging", i)})
		}
	}
	for i, tr := range t.GetTracing() {
		if !tr.GetDisableSpanReporting().GetValue() {
			out = append(out, Part{"tracing", item("spec.tracing", i)})
		}
	}
	for i, m := range t.GetMetrics() {
		if len(m.GetOverrides()) > 0 {
			out = append(out, Part{"metrics.overrides", item("spec.metrics", i) + ".overrides"})
		}
	}
	return out
}
