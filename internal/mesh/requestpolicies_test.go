package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestRequestPolicies: which policies ztunnel leaves undone, and how.
func TestRequestPolicies(t *testing.T) {
	const path, peer = "to: [{operation: {paths: [/]}}]", "from: [{source: {principals: [x]}}]"
	for _, tt := range []struct {
		kind, annotations, spec string
		field, lost             string
		security, widely        bool
		targets                 int
	}{
		{"AuthorizationPolicy.security", "", "{rules: [{" + peer + "}]}", "", "", true, false, 0},
		{"AuthorizationPolicy.security", "", "{}", "", "", true, false, 0},
		{"AuthorizationPolicy.security", "", "{rules: [{" + path + "}]}", "spec.rules[0].to[0].operation.paths", "leaves out the rules with paths", true, false, 0},
		{"AuthorizationPolicy.security", "", "{action: DENY, rules: [{" + path + "}]}", "spec.rules[0].to[0].operation.paths", "applies it without paths", true, false, 0},
		{"AuthorizationPolicy.security", "", "{action: AUDIT, rules: [{" + peer + "}]}", "spec.action", "knows no action AUDIT", true, false, 0},
		{"AuthorizationPolicy.security", "", "{action: CUSTOM, provider: {name: x}, rules: [{}]}", "spec.action", "knows no action CUSTOM", true, false, 0},
		{"AuthorizationPolicy.security", `istio.io/dry-run: "true"`, "{targetRefs: [{kind: Service, name: x}], rules: [{" + path + "}]}", "", "", true, false, 0},
		{"AuthorizationPolicy.security", "", "{targetRefs: [{kind: Service, name: x}], rules: [{" + path + "}]}", "spec.rules[0].to[0].operation.paths", "leaves out", true, false, 1},
		{"AuthorizationPolicy.security", "", "{targetRef: {kind: Service, name: x}, rules: [{" + path + "}]}", "spec.rules[0].to[0].operation.paths", "leaves out", true, false, 1},
		{"AuthorizationPolicy.security", "", "{rules: [{from: [{source: {trustDomains: [x]}}]}]}", "spec.rules[0].from[0].source.trustDomains", "takes no notice of trustDomains: it allows more", true, false, 0},
		{"AuthorizationPolicy.security", "", "{rules: [{from: [{source: {notTrustDomains: [x]}}], " + path + "}]}", "spec.rules[0].to[0].operation.paths", "leaves out the rules with paths", true, false, 0},
		{"AuthorizationPolicy.security", "", "{action: DENY, rules: [{from: [{source: {trustDomains: [x]}}]}]}", "spec.rules[0].from[0].source.trustDomains", "applies it without trustDomains: it denies more", true, false, 0},
		{"RequestAuthentication.security", "", "{jwtRules: [{issuer: x}]}", "spec.jwtRules", "checks no tokens", true, false, 0},
		{"RequestAuthentication.security", "", "{}", "", "", true, false, 0},
		{"WasmPlugin.extensions", "", "{url: x}", "spec.url", "loads no filters", false, false, 0},
		{"Telemetry.telemetry", "", "{tracing: [{}]}", "spec.tracing[0]", "takes no notice of tracing", false, true, 0},
		{"Telemetry.telemetry", "", "{metrics: [{}]}", "", "", false, true, 0},
		{"Telemetry.telemetry", "", "{selector: {matchLabels: {a: b}}, tracing: [{}]}", "spec.tracing[0]", "takes no notice of tracing", false, false, 0},
	} {
		kind, group, _ := strings.Cut(tt.kind, ".")
		version := map[string]string{"security": "v1", "telemetry": "v1", "extensions": "v1alpha1"}[group]
		s := fromManifests(t, fmt.Sprintf("{apiVersion: %s.istio.io/%s, kind: %s, metadata: {namespace: shop, name: p, annotations: {%s}}, spec: %s}\n",
			group, version, kind, tt.annotations, tt.spec))
		o, ok := s.Get(inventory.Ref{Kind: inventory.Kind(tt.kind + ".istio.io"), Namespace: "shop", Name: "p"})
		if !ok || o.Value == nil {
			t.Fatalf("%s %s: not there", tt.kind, tt.spec)
		}
		p := mesh.RequestPolicyOf(o)
		if p.Field != tt.field || p.Field != "" && !strings.HasPrefix(p.Lost, tt.lost) || p.Security != tt.security ||
			p.ReachesWaypoints() != tt.widely || len(p.Targets) != tt.targets {
			t.Errorf("%s %s: %+v", tt.kind, tt.spec, p)
		}
	}
}

// TestInAmbientMode: whom a policy without targets is for, in its namespace or,
// from the root namespace, everywhere.
func TestInAmbientMode(t *testing.T) {
	const (
		ambient = "---\n{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {istio.io/dataplane-mode: ambient}}}\n"
		sidecar = "---\n{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {istio-injection: enabled}}}\n"
		deploy  = "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {namespace: %s, name: %s}, spec: {template: {metadata: {labels: {app: %[2]s%[3]s}}, spec: {containers: [{name: app}]}}}}\n"
		policy  = "---\n{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {namespace: %s, name: p}, spec: {%s}}\n"
	)
	cart := fmt.Sprintf(deploy, "shop", "cart", "")
	bank := fmt.Sprintf(sidecar, "bank") + fmt.Sprintf(deploy, "bank", "bank", "")
	for name, tt := range map[string]struct {
		world, namespace, spec, found string
		others                        bool
	}{
		"its namespace":            {fmt.Sprintf(ambient, "shop") + cart, "shop", "", "Deployment shop/cart", false},
		"selected":                 {fmt.Sprintf(ambient, "shop") + cart, "shop", "selector: {matchLabels: {app: cart}}", "Deployment shop/cart", false},
		"another one":              {fmt.Sprintf(ambient, "shop") + cart, "shop", "selector: {matchLabels: {app: x}}", "", false},
		"opted out":                {fmt.Sprintf(ambient, "shop") + fmt.Sprintf(deploy, "shop", "cart", ", istio.io/dataplane-mode: none"), "shop", "", "", false},
		"a namespace of sidecars":  {bank, "bank", "", "", true},
		"both":                     {fmt.Sprintf(sidecar, "shop") + cart + fmt.Sprintf(deploy, "shop", "free", ", sidecar.istio.io/inject: \"false\", istio.io/dataplane-mode: ambient"), "shop", "", "Deployment shop/free", true},
		"the mesh":                 {fmt.Sprintf(ambient, "shop") + cart + bank, "istio-system", "", "Deployment shop/cart", true},
		"the mesh, all in ambient": {fmt.Sprintf(ambient, "shop") + cart, "istio-system", "", "Deployment shop/cart", false},
		"the mesh, one selected":   {fmt.Sprintf(ambient, "shop") + cart + bank, "istio-system", "selector: {matchLabels: {app: bank}}", "", true},
	} {
		s := fromManifests(t, tt.world+fmt.Sprintf(policy, tt.namespace, tt.spec))
		o, _ := s.Get(inventory.Ref{Kind: "AuthorizationPolicy.security.istio.io", Namespace: tt.namespace, Name: "p"})
		p := mesh.RequestPolicyOf(o)
		found, others := p.InAmbientMode(s)
		if text := strings.TrimSpace(found.String()); found.Name == "" && tt.found != "" || found.Name != "" && text != tt.found || others != tt.others {
			t.Errorf("%s: found %s, others %t", name, text, others)
		}
	}
}

// TestUnserved: a target in ambient mode that no waypoint stands before.
func TestUnserved(t *testing.T) {
	const world = `---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient%s}}}
---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: cart, labels: {app: cart}}, spec: {containers: [{name: app}]}}
---
{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: cart}, spec: {selector: {app: cart}, ports: [{port: 80}]}}
`
	bare := fromManifests(t, fmt.Sprintf(world, ""))
	served := fromManifests(t, fmt.Sprintf(world, ", istio.io/use-waypoint: w")+waypoint("shop", "w", "", "")+istioWaypoint)
	a := mesh.Attachment{Meta: &kinds.Meta{Namespace: "shop"}}
	for target, want := range map[mesh.Target]bool{
		{Kind: "Service", Name: "cart"}: true, {Group: "core", Kind: "Service", Name: "cart"}: true,
		{Kind: "Service", Name: "gone"}: false, {Group: "other", Kind: "Service", Name: "cart"}: false, {Kind: "Gateway", Name: "cart"}: false,
	} {
		if _, got := a.Unserved(bare, target); got != want {
			t.Errorf("%+v: %t", target, got)
		}
		if ref, got := a.Unserved(served, target); got {
			t.Errorf("%s has a waypoint", ref)
		}
	}
	if mesh.UsesWaypoint(bare, "shop") || !mesh.UsesWaypoint(served, "shop") {
		t.Error("only one of the worlds has a waypoint")
	}
}
