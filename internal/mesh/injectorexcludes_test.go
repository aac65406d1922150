package mesh_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestExcludes: the first requirement that certainly does not hold is named, and
// conditions come after labels.
func TestExcludes(t *testing.T) {
	hook := strings.Replace(charts("canary"), `- {key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}`,
		`- {key: team, operator: NotIn, values: [data, web]}
        - {key: pod-template-hash, operator: Exists}
    matchConditions: [{name: mine, expression: "request.namespace != 'bank'"}]`, 1)
	injector := &mesh.Injectors(fromManifests(t, hook))[0]
	const where = " of webhook rev.namespace.sidecar-injector.istio.io in MutatingWebhookConfiguration injector-canary"
	for _, tt := range []struct {
		namespace, labels string
		live              bool
		label, text       string
	}{
		{"shop", "", false, "", ""}, // a controller may add the hash
		{"shop", "", true, "pod-template-hash", `objectSelector "pod-template-hash"` + where},
		{"shop", "team=web", false, "team", `objectSelector "team notin (data,web)"` + where},
		{"bank", "team=web", false, "team", `objectSelector "team notin (data,web)"` + where},
		{"bank", "pod-template-hash=x", true, "", "matchCondition mine" + where},
		{"shop", "pod-template-hash=x", true, "", ""},
	} {
		pod := podWith(tt.labels)
		pod.Live = tt.live
		got, out := injector.Excludes(namespaceWith(tt.namespace, ""), pod)
		if got.Label != tt.label || got.Text != tt.text || out != (tt.text != "") {
			t.Errorf("%+v: %t %+v", tt, out, got)
		}
	}
}

// TestExcludesOrGets: of a namespace that is selected, each live Pod is either
// got or excluded.
func TestExcludesOrGets(t *testing.T) {
	dice := small{rand.New(rand.NewPCG(17, 18))}
	for range 20_000 {
		i := &mesh.Injector{Config: &kinds.WebhookConfiguration{}, Webhook: &kinds.Webhook{ObjectSelector: randomSelector(dice)}}
		pod := &mesh.Template{Labels: dice.labels("a", "b", "c"), Live: true}
		ns := kinds.NewNamespace("shop")
		if _, out := i.Excludes(ns, pod); out != (i.Gets(ns, pod) == mesh.No) {
			t.Fatalf("%+v of %v: excluded %t, gets %v", i.ObjectSelector, pod.Labels, out, i.Gets(ns, pod))
		}
	}
	every := &mesh.Injector{
		Config:  &kinds.WebhookConfiguration{},
		Webhook: &kinds.Webhook{FailurePolicy: admissionv1.Fail, ObjectSelector: &metav1.LabelSelector{}},
	}
	if why, out := every.Excludes(kinds.NewNamespace("shop"), podWith("")); out {
		t.Errorf("an empty selector excludes by %+v", why)
	}
}
