package mesh

import (
	"iter"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// LeastPods is how many Pods a Deployment or StatefulSet has at least: what its
// autoscaler keeps or, without one (nil), its replicas. It is false for other
// kinds, and for what is being deleted or scaled to nothing.
func LeastPods(r inventory.Reader, w *kinds.Workload) (n int32, by *kinds.HorizontalPodAutoscaler, ok bool) {
	scales := w.Ref.Kind == kinds.Deployments.Name || w.Ref.Kind == kinds.StatefulSets.Name
	if !scales || w.Controller == nil || Over(w) || w.Controller.Replicas == 0 {
		return 0, nil, false
	}
	key := kinds.ControllerKey(w.Ref.Kind, w.Ref.Name)
	for h := range kinds.HorizontalPodAutoscalersByTarget.In(r, w.Namespace(), key) {
		if h.Deleted.IsZero() {
			return h.MinReplicas, h, true
		}
	}
	return w.Controller.Replicas, nil, true
}

// Budgets yields the PodDisruptionBudgets that select a template's Pods, or may
// do so.
func Budgets(r inventory.Reader, t *Template) iter.Seq2[*kinds.PodDisruptionBudget, Answer] {
	return func(yield func(*kinds.PodDisruptionBudget, Answer) bool) {
		for b := range kinds.PodDisruptionBudgets.In(r, t.Ref.Namespace) {
			if b.Selector == nil || !b.Deleted.IsZero() {
				continue
			}
			if answer := selectsPod(b.Selector, t); answer != No && !yield(b, answer) {
				return
			}
		}
	}
}

// Budgeted finds the one Deployment or StatefulSet whose Pods a
// PodDisruptionBudget selects; nil if it selects others as well, or that is not
// certain.
func Budgeted(r inventory.Reader, b *kinds.PodDisruptionBudget) *kinds.Workload {
	if b.Selector == nil {
		return nil
	}
	var only *kinds.Workload
	for t := range Makers(r, b.Namespace, b.Selector.MatchLabels) {
		switch selectsPod(b.Selector, &t) {
		case No:
			continue
		case Maybe:
			return nil
		case Yes:
		}
		w, ok := kinds.ResolveWorkload(r, t.Ref)
		if !ok || only != nil {
			return nil
		}
		only = w
	}
	return only
}

// LeavesNone tells whether a PodDisruptionBudget allows no disruption of n Pods
// that are all well, as its controller computes it: percentages are rounded up.
func LeavesNone(b *kinds.PodDisruptionBudget, n int32) bool {
	switch {
	case b.MaxUnavailable != nil:
		allowed, err := intstr.GetScaledValueFromIntOrPercent(b.MaxUnavailable, int(n), true)
		return err == nil && allowed <= 0
	case b.MinAvailable != nil:
		kept, err := intstr.GetScaledValueFromIntOrPercent(b.MinAvailable, int(n), true)
		return err == nil && kept >= int(n)
	}
	return false
}

// SensitiveGatewayPods tells whether the Pods of a gateway are sensitive
// themselves, or an Istio Gateway that they serve is.
func SensitiveGatewayPods(r inventory.Reader, t *Template) bool {
	if SensitiveWorkload(r, t) {
		return true
	}
	return slices.ContainsFunc(slices.Collect(kinds.GatewaysBySelectorLabel.Selecting(r, "", t.Labels)),
		func(g *kinds.Gateway) bool {
			scope := GatewayScope(r, g)
			return (scope == "" || scope == t.Ref.Namespace) && SensitiveGateway(r, g)
		})
}

// Asked tells whether the revision of an istiod certainly is asked for by a
// namespace, by its name or a tag, or is the default one, which may be asked
// for by Pods alone.
//
// In files the Namespaces are off unless one is given.
func Asked(r inventory.Reader, revision string) bool {
	if revision == DefaultRevision || len(Asking(r, revision)) > 0 {
		return true
	}
	tags := Tags(r)
	for _, name := range slices.Sorted(maps.Keys(tags)) { // in order: each is a read
		if tags[name].Revision == revision && len(Asking(r, name)) > 0 {
			return true
		}
	}
	return false
}

// RevisionOfIstiod is the revision of an istiod's workload.
func RevisionOfIstiod(w *kinds.Workload) string {
	if w.Controller == nil {
		return DefaultRevision
	}
	return istiodRevision(w.Controller)
}

// OtherNode tells whether there is a node, apart from one, that takes any Pod
// with a selector of nodes: of Linux, not cordoned and without a taint.
//
// In files the Nodes are off unless one is given: so come late.
func OtherNode(r inventory.Reader, than string, selector map[string]string) bool {
	for n := range kinds.Nodes.All(r) {
		linux := n.Labels[corev1.LabelOSStable] == "" || n.Labels[corev1.LabelOSStable] == string(corev1.Linux)
		if n.Name != than && n.Deleted.IsZero() && !n.Tainted && linux && kinds.Selects(selector, n.Labels) {
			return true
		}
	}
	return false
}
