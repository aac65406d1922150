package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// withConditions is an injector of all Pods but those that its conditions,
// named c0, c1 and so on, leave out.
func withConditions(t *testing.T, expressions ...string) *mesh.Injector {
	t.Helper()
	w := kinds.Webhook{
		Name: "x.istio.io",
		Rules: []admissionv1.RuleWithOperations{{
			Operations: []admissionv1.OperationType{admissionv1.Create},
			Rule:       admissionv1.Rule{APIGroups: []string{""}, Resources: []string{"pods"}},
		}},
	}
	for i, e := range expressions {
		w.MatchConditions = append(w.MatchConditions, admissionv1.MatchCondition{Name: fmt.Sprint("c", i), Expression: e})
	}
	c := &kinds.WebhookConfiguration{Meta: kinds.Meta{Name: "x"}, Webhooks: []kinds.Webhook{w}}
	s := withObjects(&inventory.Object{Ref: kinds.MutatingWebhooks.Ref("", "x"), Value: c})
	list := mesh.Injectors(s)
	if len(list) != 1 {
		t.Fatalf("%d injectors", len(list))
	}
	return &list[0]
}

func TestConditions(t *testing.T) {
	const live = true
	for _, tt := range []struct {
		expression          string
		labels, annotations string
		live                bool
		want                mesh.Answer
	}{
		{"true", "", "", false, mesh.Yes},
		{"false", "", "", false, mesh.No},
		{"request.namespace == 'shop'", "", "", false, mesh.Yes},
		{"request.namespace.startsWith('kube-')", "", "", false, mesh.No},
		{"object.metadata.namespace == request.namespace", "", "", false, mesh.Yes},
		{"request.operation == 'CREATE' && oldObject == null", "", "", false, mesh.Yes},
		{"request.resource.resource == 'pods' && request.kind.kind == 'Pod'", "", "", false, mesh.Yes},
		{"request.dryRun", "", "", false, mesh.No},
		{"object.metadata.labels['app'] == 'web'", "app=web", "", false, mesh.Yes},
		{"object.metadata.?labels['app'].orValue('') != 'web'", "app=web", "", false, mesh.No},
		{"has(object.metadata.labels) && 'app' in object.metadata.labels", "", "", false, mesh.No},
		{"!('build' in object.metadata.labels)", "app=web", "", false, mesh.Yes},
		{"object.metadata.annotations['team'] == 'a'", "", "team=a", false, mesh.Yes},
		{"object.metadata.labels.all(k, k != 'app')", "app=web", "", false, mesh.No},

		// What is not known before there is a request.
		{"object.spec.serviceAccountName == 'web'", "", "", false, mesh.Maybe},
		{"has(object.spec.nodeName)", "", "", false, mesh.Maybe},
		{"object.spec.containers.exists(c, c.name == 'istio-proxy')", "", "", live, mesh.Maybe},
		{"object.metadata.name.startsWith('web')", "", "", live, mesh.Maybe},
		{"has(object.metadata.ownerReferences)", "", "", false, mesh.Maybe},
		{"request.userInfo.username == 'system:serviceaccount:x:y'", "", "", false, mesh.Maybe},
		{"!request.userInfo.groups.exists(g, g == 'a')", "", "", false, mesh.Maybe},
		{"authorizer.group('').resource('pods').check('get').allowed()", "", "", false, mesh.Maybe},
		{"authorizer.requestResource.check('breakglass').allowed()", "", "", false, mesh.Maybe},
		{"'pod-template-hash' in object.metadata.labels", "", "", false, mesh.Maybe},
		{"'pod-template-hash' in object.metadata.labels", "app=web", "", live, mesh.No},

		// What is known decides beside what is not.
		{"request.namespace == 'shop' || object.spec.hostNetwork", "", "", false, mesh.Yes},
		{"object.spec.hostNetwork && request.namespace == 'bank'", "", "", false, mesh.No},

		// What fails: the API server refuses the Pod, or leaves the webhook out.
		{"object.metadata.labels['app'] == 'web'", "", "", false, mesh.Maybe},
		{"namespaceObject.metadata.name == 'shop'", "", "", false, mesh.Maybe},
		{"object.metadata.labels['app']", "app=web", "", false, mesh.Maybe},
		{"no such thing", "", "", false, mesh.Maybe},
		{"", "", "", false, mesh.Maybe},
	} {
		pod := podWith(tt.labels)
		pod.Annotations, pod.Live = labelsOf(tt.annotations), tt.live
		c := &withConditions(t, tt.expression).Conditions[0]
		if got := c.Matches(pod, "shop"); got != tt.want {
			t.Errorf("%s on %s %s: %v, want %v", tt.expression, tt.labels, tt.annotations, got, tt.want)
		}
	}
}

// TestAllConditionsHold: a webhook is called if all of its conditions hold, and
// one that certainly does not outweighs those that nobody knows.
func TestAllConditionsHold(t *testing.T) {
	const unknown = "object.spec.hostNetwork"
	for _, tt := range []struct {
		expressions []string
		want        mesh.Answer
		by          string
	}{
		{nil, mesh.Yes, ""},
		{[]string{"true", "true"}, mesh.Yes, ""},
		{[]string{"true", unknown, "true"}, mesh.Maybe, "c1"},
		{[]string{unknown, "false", "true"}, mesh.No, "c1"},
		{[]string{"false", unknown, "false"}, mesh.No, "c0"},
	} {
		i := withConditions(t, tt.expressions...)
		ns := kinds.NewNamespace("shop")
		got, by := i.Holds(ns.Name, podWith(""))
		name := ""
		if by != nil {
			name = by.Name
		}
		if got != tt.want || name != tt.by || i.Gets(ns, podWith("")) != tt.want {
			t.Errorf("%v: %v by %q, want %v by %q", tt.expressions, got, name, tt.want, tt.by)
		}
	}
}

// TestHostileConditions: an expression ends, however much it asks for.
func TestHostileConditions(t *testing.T) {
	numbers := "[" + strings.Repeat("1,", 50) + "1]"
	loops := "true"
	for i := range 8 {
		loops = fmt.Sprintf("%s.all(x%d, %s)", numbers, i, loops)
	}
	for name, expression := range map[string]string{
		"loops":  loops,
		"deep":   strings.Repeat("!", 4999) + "true",
		"parens": strings.Repeat("(", 2500) + "true" + strings.Repeat(")", 2500),
		"regex":  "object.metadata.namespace.matches('(a*)*b')",
		"long":   "'" + strings.Repeat("a", 5000) + "' == object.metadata.namespace",
	} {
		if got := withConditions(t, expression).Conditions[0].Matches(podWith(""), "shop"); got == mesh.Yes {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func BenchmarkConditions(b *testing.B) {
	w := admissionv1.MatchCondition{
		Name:       "app",
		Expression: "!(request.namespace in ['a', 'b']) && object.metadata.?labels['app'].orValue('') != 'build'",
	}
	c := &kinds.WebhookConfiguration{
		Meta: kinds.Meta{Name: "x", Labels: map[string]string{kinds.RevisionLabel: "x"}},
		Webhooks: []kinds.Webhook{{MatchConditions: []admissionv1.MatchCondition{w}, Rules: []admissionv1.RuleWithOperations{{
			Operations: []admissionv1.OperationType{admissionv1.Create},
			Rule:       admissionv1.Rule{APIGroups: []string{""}, Resources: []string{"pods"}},
		}}}},
	}
	s := withObjects(&inventory.Object{Ref: kinds.MutatingWebhooks.Ref("", "x"), Value: c})
	injectors, ns, pod := mesh.Injectors(s), kinds.NewNamespace("shop"), podWith("app=web")
	for b.Loop() {
		if injectors[0].Gets(ns, pod) != mesh.Yes {
			b.Fatal("not got")
		}
	}
}
