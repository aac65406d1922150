package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// randomInjectors is a store with namespaces and with injectors of two
// istiods, of which some have a condition.
func randomInjectors(dice small) *inventory.Store {
	var objects []*inventory.Object
	for _, name := range []string{"shop", "bank", "2", "kube-system"} {
		ns := kinds.NewNamespace(name)
		ns.Labels = map[string]string{pick(dice, "a", "b", "c"): pick(dice, "1", "2", "4")}
		objects = append(objects, &inventory.Object{Ref: kinds.Namespaces.Ref("", name), Value: ns})
	}
	for c := range 1 + dice.IntN(3) {
		config := &kinds.WebhookConfiguration{Meta: kinds.Meta{Name: fmt.Sprint("injector-", c)}}
		for w := range 1 + dice.IntN(2) {
			config.Webhooks = append(config.Webhooks, randomInjector(dice, w))
		}
		objects = append(objects, &inventory.Object{Ref: kinds.MutatingWebhooks.Ref("", config.Name), Value: config})
	}
	return withObjects(objects...)
}

func randomInjector(dice small, n int) kinds.Webhook {
	w := kinds.Webhook{
		Name: fmt.Sprint(n, ".sidecar-injector.istio.io"), NamespaceSelector: randomSelector(dice),
		Client: admissionv1.WebhookClientConfig{Service: &admissionv1.ServiceReference{
			Namespace: pick(dice, "istio-system", "mesh-two"), Name: "istiod",
		}},
		Rules: []admissionv1.RuleWithOperations{{
			Operations: []admissionv1.OperationType{admissionv1.Create},
			Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
		}},
	}
	if dice.IntN(3) == 0 {
		w.MatchConditions = []admissionv1.MatchCondition{{Name: "c", Expression: pick(dice,
			"request.namespace == 'shop'", "request.namespace != 'shop'", "object.metadata.namespace == '2'")}}
	}
	return w
}

// naiveOverlap looks at each namespace and each pair, and tells whether one of
// the configuration's webhooks and another get its Pods: of two istiods, or of
// any.
func naiveOverlap(s *inventory.Store, config string) (two, some bool) {
	all := mesh.Injectors(s)
	for _, name := range []string{"shop", "bank", "2"} {
		ns := kinds.Namespaces.Get(s, "", name)
		for a := range all {
			for b := range all {
				if a == b || all[a].Config.Name != config ||
					min(all[a].Gets(ns, mesh.SilentPod()), all[b].Gets(ns, mesh.SilentPod())) != mesh.Yes {
					continue
				}
				some = true
				two = two || all[a].Client.Service.Namespace != all[b].Client.Service.Namespace
			}
		}
	}
	return two, some
}

// TestOverlapsAsOneByOne: whatever namespaces the selectors cannot tell apart,
// an overlap is found exactly where looking at one after the other finds it,
// and where one of two istiods is there, it is that.
func TestOverlapsAsOneByOne(t *testing.T) {
	dice := small{rand.New(rand.NewPCG(17, 18))}
	seen := map[string]int{}
	for range 2_000 {
		s := randomInjectors(dice)
		for c := range kinds.MutatingWebhooks.All(s) {
			o := mesh.InjectorOverlap(s, c.Name)
			two, some := naiveOverlap(s, c.Name)
			switch {
			case two && (o == nil || o.SameIstiod() || o.Namespace == ""):
				t.Fatalf("%s: %+v, and one by one finds two istiods", c.Name, o)
			case some && o == nil, o != nil && o.Namespace != "" && !some:
				t.Fatalf("%s: %+v, one by one %v", c.Name, o, some)
			case o != nil && o.Namespace != "":
				ns := kinds.Namespaces.Get(s, "", o.Namespace)
				if min(o.A.Gets(ns, mesh.SilentPod()), o.B.Gets(ns, mesh.SilentPod())) != mesh.Yes {
					t.Fatalf("%s: %+v is none", c.Name, o)
				}
			}
			seen[fmt.Sprint(two, some)]++
		}
	}
	for _, kind := range []string{"false false", "false true", "true true"} {
		if seen[kind] < 100 {
			t.Errorf("too few worlds tell anything: %v", seen)
		}
	}
}

// TestPodsAreGotAsOneByOne: an injector gets Pods of the cluster exactly if it
// gets those of one of the namespaces.
func TestPodsAreGotAsOneByOne(t *testing.T) {
	dice := small{rand.New(rand.NewPCG(19, 20))}
	seen := map[bool]int{}
	for range 2_000 {
		s := randomInjectors(dice)
		for _, i := range mesh.Injectors(s) {
			want := false
			for _, name := range []string{"shop", "bank", "2"} {
				want = want || i.Gets(kinds.Namespaces.Get(s, "", name), mesh.SilentPod()) == mesh.Yes
			}
			if got := mesh.GetsPods(s, []mesh.Injector{i}); got != want {
				t.Fatalf("%+v: %v, one by one %v", i.Webhook, got, want)
			}
			seen[want]++
		}
	}
	if seen[true] < 100 || seen[false] < 100 {
		t.Errorf("too few worlds tell anything: %v", seen)
	}
}

// TestNearest: a slip is told from another name, and not guessed between two.
func TestNearest(t *testing.T) {
	for _, tt := range []struct {
		written, want string
		names         []string
	}{
		{"1-30-0", "1-31-0", []string{"1-31-0", "prod"}},
		{"Prodd", "prod", []string{"1-31-0", "prod"}},
		{"1-32", "", []string{"1-30", "1-31"}},
		{"canary", "", []string{"1-31-0", "prod"}},
		{"canary", "", nil},
	} {
		if got := mesh.Nearest(tt.written, tt.names); got != tt.want {
			t.Errorf("%s of %v: %q, want %q", tt.written, tt.names, got, tt.want)
		}
	}
}
