package mesh_test

import (
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestEnrolmentOf(t *testing.T) {
	for _, tt := range []struct {
		labels string
		want   mesh.Enrolment
	}{
		{"", mesh.Enrolment{}},
		{"team=web", mesh.Enrolment{}},
		{"istio-injection=enabled", mesh.Enrolment{Mode: mesh.Sidecar, By: "istio-injection=enabled", Asked: "default"}},
		{"istio-injection=Enabled", mesh.Enrolment{Mode: mesh.Out, By: "istio-injection=Enabled"}},
		{"istio-injection=disabled,istio.io/rev=canary", mesh.Enrolment{Mode: mesh.Out, By: "istio-injection=disabled"}},
		{
			"istio-injection=enabled,istio.io/rev=canary",
			mesh.Enrolment{Mode: mesh.Sidecar, By: "istio-injection=enabled", Asked: "default"},
		},
		{"istio.io/rev=canary", mesh.Enrolment{Mode: mesh.Sidecar, By: "istio.io/rev=canary", Asked: "canary"}},
		{
			"istio.io/rev=canary,istio.io/dataplane-mode=ambient",
			mesh.Enrolment{Mode: mesh.Sidecar, By: "istio.io/rev=canary", Asked: "canary"},
		},
		{"istio.io/dataplane-mode=ambient", mesh.Enrolment{Mode: mesh.Ambient, By: "istio.io/dataplane-mode=ambient"}},
		{
			"istio-injection=disabled,istio.io/dataplane-mode=ambient",
			mesh.Enrolment{Mode: mesh.Ambient, By: "istio.io/dataplane-mode=ambient"},
		},
		{"istio.io/dataplane-mode=none", mesh.Enrolment{Mode: mesh.Out, By: "istio.io/dataplane-mode=none"}},
		{"istio.io/rev=", mesh.Enrolment{}},
	} {
		if got := mesh.EnrolmentOf(namespaceWith("shop", tt.labels)); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.labels, got, tt.want)
		}
	}
}

// auto is the webhook that enableNamespacesByDefault makes.
const auto = `
  - name: auto.sidecar-injector.istio.io
    clientConfig: {service: {name: istiod, namespace: istio-system}}
    rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
    namespaceSelector:
      matchExpressions:
        - {key: istio-injection, operator: DoesNotExist}
        - {key: istio.io/rev, operator: DoesNotExist}
        - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}
    objectSelector:
      matchExpressions:
        - {key: sidecar.istio.io/inject, operator: DoesNotExist}
        - {key: istio.io/rev, operator: DoesNotExist}
`

func TestInjectedByDefault(t *testing.T) {
	some := fromManifests(t, charts("default")+auto)
	for _, tt := range []struct {
		name, labels string
		want         mesh.Answer
	}{
		{"shop", "", mesh.Yes},
		{"kube-public", "", mesh.No}, // istiod ignores it, whatever webhooks say
		{"shop", "istio-injection=disabled", mesh.No},
		{"shop", "istio-injection=enabled", mesh.No}, // not by default
		{"shop", "istio.io/dataplane-mode=ambient", mesh.No},
	} {
		i, got := mesh.InjectedByDefault(some, namespaceWith(tt.name, tt.labels))
		if got != tt.want || (i != nil) != (got == mesh.Yes) {
			t.Errorf("%s %s: %v %v", tt.name, tt.labels, i, got)
		}
		if i != nil && !strings.HasPrefix(i.Name, "auto.") {
			t.Errorf("%s %s: by %s", tt.name, tt.labels, i.Name)
		}
	}
	none := fromManifests(t, charts("default"))
	if _, got := mesh.InjectedByDefault(none, kinds.NewNamespace("shop")); got != mesh.No {
		t.Errorf("without the webhook: %v", got)
	}
}
