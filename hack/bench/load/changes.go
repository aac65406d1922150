package load

import (
	"context"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// perform makes a change. Those of one application or namespace must not run
// at once.
func (m *Mesh) perform(ctx context.Context, c *api, ch change) error {
	if ch.what == aNamespace {
		return relabelNamespace(ctx, c, ch)
	}
	if ch.what == aPeerAuthentication {
		o := peerAuthentication(namespaceName(ch.number), ch.edited)
		return c.patch(ctx, o, specPatch(o))
	}
	a, s := m.find(ch.number), &m.states[ch.number]
	switch {
	case ch.sort == podRestart:
		return a.restart(ctx, c, s, ch.slot)
	case ch.sort == rollout:
		return a.rollOut(ctx, c, s)
	case ch.what == aPod:
		return c.patch(ctx, a.current(s, 0), podVersion(ch.edited))
	case ch.what == aVirtualService:
		o := a.virtualService(ch.edited)
		return c.patch(ctx, o, specPatch(o))
	}
	o := a.destinationRule(ch.edited)
	return c.patch(ctx, o, specPatch(o))
}

// find is the application of a number.
func (m *Mesh) find(number int) app {
	n := number * m.size.Namespaces / m.size.Deployments
	for number >= share(m.size.Deployments, m.size.Namespaces, n).to {
		n++
	}
	return m.app(n, number)
}

// relabelNamespace enrols a namespace that is in no mesh, or else gives the
// namespace to another team, which means nothing.
func relabelNamespace(ctx context.Context, c *api, ch change) error {
	labels := namespaceLabels(ch.number)
	switch {
	case ch.edited && roleOf(ch.number) == inNone:
		labels[injectionLabel] = "enabled"
	case ch.edited:
		labels["team"] = "two"
	}
	return c.patch(ctx, namespace(ch.number), labelPatch(labels))
}

// current names the Pod in a slot.
func (a *app) current(s *state, slot int) *corev1.Pod {
	name := a.podName(a.setName(s.revision), slot, s.restartsOf(slot))
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: a.namespace, Name: name}}
}

// restart replaces the Pod in a slot by one with another name.
func (a *app) restart(ctx context.Context, c *api, s *state, slot int) error {
	if err := c.remove(ctx, a.current(s, slot)); err != nil {
		return err
	}
	if s.restarts == nil {
		s.restarts = make([]int, a.replicas)
	}
	s.restarts[slot]++
	return a.createPod(ctx, c, s, slot)
}

// rollOut does what the controllers do when a Pod template changes: a new
// ReplicaSet gets all Pods, the current one is kept without any, and the one
// before that goes.
func (a *app) rollOut(ctx context.Context, c *api, s *state) error {
	next := state{deployment: s.deployment, revision: s.revision + 1}
	set := a.replicaSet(next.revision, a.replicas, s.deployment)
	if _, err := c.take(ctx, set); err != nil {
		return err
	}
	next.current = set.UID
	for slot := range a.replicas {
		if err := a.createPod(ctx, c, &next, slot); err != nil {
			return err
		}
	}
	if err := a.retire(ctx, c, s); err != nil {
		return err
	}
	*s = next
	return nil
}

// retire takes the Pods from the current ReplicaSet and deletes the one before.
func (a *app) retire(ctx context.Context, c *api, s *state) error {
	d, old := a.deployment(s.revision+1), a.replicaSet(s.revision, 0, s.deployment)
	annotations := fields{"metadata": fields{"annotations": d.Annotations}}
	if err := c.patch(ctx, d, mergePatch(annotations)); err != nil {
		return err
	}
	if err := c.patch(ctx, old, mergePatch(fields{"spec": fields{"replicas": 0}})); err != nil {
		return err
	}
	gone := []client.Object{&appsv1.ReplicaSet{ObjectMeta: a.meta(a.setName(s.revision - 1))}}
	for slot := range a.replicas {
		gone = append(gone, a.current(s, slot))
	}
	for _, o := range slices.Backward(gone) {
		if err := c.remove(ctx, o); err != nil {
			return err
		}
	}
	return nil
}
