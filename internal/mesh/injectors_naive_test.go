package mesh_test

import (
	"maps"
	"math/rand/v2"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func randomSelector(dice small) *metav1.LabelSelector {
	if dice.IntN(5) == 0 {
		return nil
	}
	s := &metav1.LabelSelector{}
	if dice.IntN(2) == 0 {
		s.MatchLabels = map[string]string{pick(dice, "a", "b", "kubernetes.io/metadata.name"): pick(dice, "1", "2", "shop")}
	}
	for range dice.IntN(3) {
		e := metav1.LabelSelectorRequirement{
			Key: pick(dice, "a", "b", "c", "kubernetes.io/metadata.name"), Operator: pick(dice, metav1.LabelSelectorOpIn,
				metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist),
		}
		if e.Operator == metav1.LabelSelectorOpIn || e.Operator == metav1.LabelSelectorOpNotIn {
			e.Values = []string{pick(dice, "1", "2", "shop"), pick(dice, "1", "3")}
		}
		s.MatchExpressions = append(s.MatchExpressions, e)
	}
	return s
}

func selectsNaively(t *testing.T, s *metav1.LabelSelector, have map[string]string) bool {
	t.Helper()
	if s == nil {
		return true // of a webhook; Kubernetes' library selects nothing then
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		t.Fatal(err)
	}
	return selector.Matches(labels.Set(have))
}

// TestGetsAsTheAPIServerSelects: an injector gets exactly the Pods that both of
// its selectors match by Kubernetes' own library.
func TestGetsAsTheAPIServerSelects(t *testing.T) {
	dice := small{rand.New(rand.NewPCG(15, 16))}
	random := func() map[string]string {
		out := map[string]string{}
		for range dice.IntN(3) {
			out[pick(dice, "a", "b", "c")] = pick(dice, "1", "2", "3")
		}
		return out
	}
	for range 20_000 {
		ns := &kinds.Namespace{Meta: kinds.Meta{Name: pick(dice, "shop", "bank"), Labels: random()}}
		i := &mesh.Injector{
			Config:  &kinds.WebhookConfiguration{},
			Webhook: &kinds.Webhook{NamespaceSelector: randomSelector(dice), ObjectSelector: randomSelector(dice)},
		}
		pod, named := random(), map[string]string{"kubernetes.io/metadata.name": ns.Name}
		maps.Copy(named, ns.Labels)
		want := selectsNaively(t, i.NamespaceSelector, named) && selectsNaively(t, i.ObjectSelector, pod)
		if got := i.Gets(ns, &mesh.Template{Labels: pod, Live: true}); got != answer(want) {
			t.Fatalf("%+v of %v in %v: %v, want %v", i.Webhook, pod, ns, got, want)
		}
	}
}
