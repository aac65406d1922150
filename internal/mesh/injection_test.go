package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestRole(t *testing.T) {
	app := kinds.Container{Name: "app"}
	proxy := func(args ...string) kinds.Container { return kinds.Container{Name: "istio-proxy", Args: args} }
	for _, tt := range []struct {
		name                string
		labels, annotations map[string]string
		spec                kinds.PodSpec
		want                mesh.Role
	}{
		{"no proxy", nil, nil, kinds.PodSpec{Containers: []kinds.Container{app}}, mesh.NoProxy},
		{"sidecar", nil, nil, kinds.PodSpec{Containers: []kinds.Container{app, proxy("proxy", "sidecar")}}, mesh.SidecarProxy},
		{
			"native sidecar", nil, nil,
			kinds.PodSpec{Containers: []kinds.Container{app}, InitContainers: []kinds.Container{proxy("proxy", "sidecar")}},
			mesh.SidecarProxy,
		},
		{"arguments unknown", nil, nil, kinds.PodSpec{Containers: []kinds.Container{app, proxy()}}, mesh.SidecarProxy},
		{"gateway", nil, nil, kinds.PodSpec{Containers: []kinds.Container{proxy("proxy", "router")}}, mesh.GatewayProxy},
		{"waypoint", nil, nil, kinds.PodSpec{Containers: []kinds.Container{proxy("proxy", "waypoint")}}, mesh.GatewayProxy},
		{"ztunnel", nil, nil, kinds.PodSpec{Containers: []kinds.Container{proxy("proxy", "ztunnel")}}, mesh.NoProxy},
		{"gateway before injection", nil, nil, kinds.PodSpec{Containers: []kinds.Container{proxy()}}, mesh.GatewayProxy},
		{
			"gateway with a helper", nil,
			map[string]string{"inject.istio.io/templates": "sidecar,gateway"},
			kinds.PodSpec{Containers: []kinds.Container{proxy(), app}},
			mesh.GatewayProxy,
		},
		{
			"gateway of the Gateway API",
			map[string]string{"gateway.networking.k8s.io/gateway-name": "web"},
			nil,
			kinds.PodSpec{Containers: []kinds.Container{proxy(), app}},
			mesh.GatewayProxy,
		},
	} {
		template := mesh.Template{Labels: tt.labels, Annotations: tt.annotations, Spec: &tt.spec}
		if got := template.Role(); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

// istiod of August 2026 was seen to do what this table says, with its charts'
// own webhooks.
func TestAsksForSidecar(t *testing.T) {
	for _, tt := range []struct{ namespace, pod, annotations, want string }{
		{"", "", "", ""},
		{"istio-injection=enabled", "", "", "istio-injection=enabled"},
		{"istio-injection=Enabled", "", "", ""},
		{"istio-injection=disabled", "", "", ""},
		{"istio.io/rev=canary", "", "", "istio.io/rev=canary"},
		{"istio-injection=enabled,istio.io/rev=canary", "", "", "istio-injection=enabled"},
		{"istio-injection=disabled,istio.io/rev=default", "", "", ""},
		{"", "sidecar.istio.io/inject=true", "", "sidecar.istio.io/inject=true"},
		{"", "istio.io/rev=canary", "", "istio.io/rev=canary"},
		{"", "sidecar.istio.io/inject=false,istio.io/rev=canary", "", ""},
		{"istio-injection=disabled", "sidecar.istio.io/inject=true", "", ""},
		{"istio-injection=Enabled", "sidecar.istio.io/inject=true", "", ""},
		{"istio-injection=enabled", "sidecar.istio.io/inject=False", "", "istio-injection=enabled"},
		{"istio-injection=enabled", "sidecar.istio.io/inject=no", "", "istio-injection=enabled"},
		{"istio-injection=enabled", "sidecar.istio.io/inject=", "sidecar.istio.io/inject=false", "istio-injection=enabled"},
		{"", "sidecar.istio.io/inject=yes", "", ""},
		{"", "sidecar.istio.io/inject=True,istio.io/rev=canary", "", "istio.io/rev=canary"},
		{"istio-injection=enabled", "", "sidecar.istio.io/inject=false", ""},
		{"istio-injection=enabled", "sidecar.istio.io/inject=true", "sidecar.istio.io/inject=false", "istio-injection=enabled"},
		{"", "", "sidecar.istio.io/inject=true", ""}, // only labels decide
	} {
		template := mesh.Template{Labels: labelsOf(tt.pod), Annotations: labelsOf(tt.annotations), Spec: &kinds.PodSpec{}}
		ns := namespaceWith("shop", tt.namespace)
		if got := mesh.AsksForSidecar(ns, &template); got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
		host := template
		host.Spec = &kinds.PodSpec{HostNetwork: true}
		if got := mesh.AsksForSidecar(ns, &host); got != "" {
			t.Errorf("%+v on the host's network: %q", tt, got)
		}
		if got := mesh.AsksForSidecar(namespaceWith("kube-system", tt.namespace), &template); got != "" {
			t.Errorf("%+v in kube-system: %q", tt, got)
		}
	}
}

// podWith is the template of Pods with these labels.
func podWith(labels string) *mesh.Template {
	return &mesh.Template{Labels: labelsOf(labels), Spec: &kinds.PodSpec{}}
}

func namespaceWith(name, labels string) *kinds.Namespace {
	ns := kinds.NewNamespace(name)
	ns.Labels = labelsOf(labels)
	return ns
}

// labelsOf reads a=b,c=d.
func labelsOf(text string) map[string]string {
	out := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		if k, v, ok := strings.Cut(pair, "="); ok {
			out[k] = v
		}
	}
	return out
}

// charts are the webhooks of Istio's chart for a revision.
func charts(revision string) string {
	text := fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: injector-%[1]s, labels: {istio.io/rev: %[1]s}}
webhooks:
  - name: rev.namespace.sidecar-injector.istio.io
    clientConfig: {service: {name: istiod, namespace: istio-system}}
    rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
    namespaceSelector:
      matchExpressions:
        - {key: istio.io/rev, operator: In, values: [%[1]s]}
        - {key: istio-injection, operator: DoesNotExist}
    objectSelector:
      matchExpressions:
        - {key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}
  - name: rev.object.sidecar-injector.istio.io
    clientConfig: {service: {name: istiod, namespace: istio-system}}
    rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
    namespaceSelector:
      matchExpressions:
        - {key: istio.io/rev, operator: DoesNotExist}
        - {key: istio-injection, operator: DoesNotExist}
    objectSelector:
      matchExpressions:
        - {key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}
        - {key: istio.io/rev, operator: In, values: [%[1]s]}
`, revision)
	if revision != "default" {
		return text
	}
	return text + `
  - name: namespace.sidecar-injector.istio.io
    clientConfig: {service: {name: istiod, namespace: istio-system}}
    rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
    namespaceSelector:
      matchExpressions:
        - {key: istio-injection, operator: In, values: [enabled]}
    objectSelector:
      matchExpressions:
        - {key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}
  - name: object.sidecar-injector.istio.io
    clientConfig: {service: {name: istiod, namespace: istio-system}}
    rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
    namespaceSelector:
      matchExpressions:
        - {key: istio.io/rev, operator: DoesNotExist}
        - {key: istio-injection, operator: DoesNotExist}
    objectSelector:
      matchExpressions:
        - {key: sidecar.istio.io/inject, operator: In, values: ["true"]}
        - {key: istio.io/rev, operator: DoesNotExist}
`
}

func TestMatchInjector(t *testing.T) {
	s := fromManifests(t, charts("default")+"\n---\n"+charts("canary"))
	injectors := mesh.Injectors(s)
	if len(injectors) != 6 {
		t.Fatalf("%d injectors", len(injectors))
	}
	for _, tt := range []struct{ namespace, pod, want string }{
		{"", "", ""},
		{"istio-injection=enabled", "", "injector-default"},
		{"istio-injection=enabled,istio.io/rev=canary", "", "injector-default"},
		{"istio.io/rev=canary", "", "injector-canary"},
		{"istio.io/rev=canary", "istio.io/rev=default", "injector-canary"},
		{"", "istio.io/rev=canary", "injector-canary"},
		{"", "sidecar.istio.io/inject=true", "injector-default"},
		{"istio-injection=disabled", "sidecar.istio.io/inject=true", ""},
		{"istio.io/rev=gone", "", ""},
		{"istio-injection=enabled", "sidecar.istio.io/inject=false", ""},
	} {
		name := ""
		i, answer := mesh.MatchInjector(injectors, namespaceWith("shop", tt.namespace), podWith(tt.pod))
		if i != nil {
			name = i.Config.Name
		}
		if name != tt.want || (answer == mesh.Yes) != (tt.want != "") {
			t.Errorf("%+v: %q %v", tt, name, answer)
		}
	}
	if got := fmt.Sprint(mesh.Revisions(s, injectors)); got != "[canary default]" {
		t.Errorf("revisions %s", got)
	}
	if mesh.ServesNamespace(nil, namespaceWith("shop", "istio-injection=enabled")) != mesh.No {
		t.Error("served by nobody")
	}
}

// TestAskedIsMatched: what labels ask for by AsksForSidecar is what the charts'
// webhooks select.
func TestAskedIsMatched(t *testing.T) {
	injectors := mesh.Injectors(fromManifests(t, charts("default")+"\n---\n"+charts("canary")))
	namespaces := product([]string{"", "istio-injection=enabled", "istio-injection=disabled", "istio-injection=x"},
		[]string{"", "istio.io/rev=canary", "istio.io/rev=default"})
	pods := product([]string{
		"", "sidecar.istio.io/inject=true", "sidecar.istio.io/inject=false", "sidecar.istio.io/inject=yes",
		"sidecar.istio.io/inject=False",
	},
		[]string{"", "istio.io/rev=canary", "istio.io/rev=default"})
	for _, n := range namespaces {
		for _, p := range pods {
			ns, template := namespaceWith("shop", n), mesh.Template{Labels: labelsOf(p), Spec: &kinds.PodSpec{}}
			asked := mesh.AsksForSidecar(ns, &template) != ""
			if _, answer := mesh.MatchInjector(injectors, ns, &template); (answer == mesh.Yes) != asked {
				t.Errorf("namespace %q, Pod %q: asked %v, matched %v", n, p, asked, answer)
			}
		}
	}
}

func product(a, b []string) []string {
	var out []string
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+","+y)
		}
	}
	return out
}

func TestInjectors(t *testing.T) {
	const rules = "rules: [{operations: [CREATE], apiGroups: [\"\"], apiVersions: [v1], resources: [pods]}]"
	for _, tt := range []struct {
		name, labels, webhook string
		want                  bool
	}{
		{"by name", "", "{name: sidecar-injector.istio.io, " + rules + "}", true},
		{"by the configuration's label", "istio.io/rev: x", "{name: a.example.com, " + rules + "}", true},
		{"by its service", "", "{name: a.example.com, clientConfig: {service: {name: istiod-x, namespace: n}}, " + rules + "}", true},
		{"by what it selects", "", "{name: a.example.com, namespaceSelector: {matchLabels: {istio-injection: enabled}}, " + rules + "}", true},
		{"another's", "", "{name: a.example.com, " + rules + "}", false},
		{"not for Pods", "", "{name: x.istio.io, rules: [{operations: [CREATE], apiGroups: [\"\"], resources: [services]}]}", false},
		{"not on creation", "", "{name: x.istio.io, rules: [{operations: [UPDATE], apiGroups: [\"\"], resources: [pods]}]}", false},
		{"for everything", "", "{name: x.istio.io, rules: [{operations: [\"*\"], apiGroups: [\"*\"], resources: [\"*/*\"]}]}", true},
	} {
		s := fromManifests(t, "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingWebhookConfiguration\n"+
			"metadata: {name: x, labels: {"+tt.labels+"}}\nwebhooks:\n  - "+tt.webhook+"\n")
		if got := len(mesh.Injectors(s)) == 1; got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestInMesh(t *testing.T) {
	s := fromManifests(t, `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: carried, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: asleep, namespace: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: asleep, namespace: carried}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: asleep, namespace: plain}
---
apiVersion: v1
kind: Pod
metadata: {name: old, namespace: shop}
spec: {containers: [{name: app}]}
---
apiVersion: v1
kind: Pod
metadata: {name: new, namespace: plain}
spec: {containers: [{name: app}, {name: istio-proxy}]}
---
apiVersion: v1
kind: Pod
metadata: {name: carried, namespace: plain, annotations: {ambient.istio.io/redirection: enabled}}
spec: {containers: [{name: app}]}
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: shop}
spec: {containers: [{name: istio-proxy}]}
`)
	for _, tt := range []struct {
		ref  inventory.Ref
		want bool
	}{
		{kinds.Deployments.Ref("shop", "asleep"), true},
		{kinds.Deployments.Ref("carried", "asleep"), true},
		{kinds.Deployments.Ref("plain", "asleep"), false},
		{kinds.Pods.Ref("shop", "old"), false},
		{kinds.Pods.Ref("plain", "new"), true},
		{kinds.Pods.Ref("plain", "carried"), true},
		{kinds.Pods.Ref("shop", "gateway"), false},
	} {
		if got := mesh.TemplateInMesh(s, &mesh.Template{Ref: tt.ref}); got != tt.want {
			t.Errorf("%s: %v", tt.ref, got)
		}
	}
}
