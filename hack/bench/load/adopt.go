package load

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// describe makes an object, or makes the one that is there equal in what churn
// edits.
func (c *api) describe(ctx context.Context, o client.Object) error {
	existed, err := c.create(ctx, o)
	if err != nil || !existed {
		return err
	}
	switch o := o.(type) {
	case *unstructured.Unstructured:
		return c.patch(ctx, o, specPatch(o))
	case *corev1.Namespace:
		return c.patch(ctx, o, labelPatch(o.Labels))
	}
	return nil
}

// adopt reads back how far churn took an application, and tells which Pods are
// there. It deletes what a rollout that was cut short left behind.
func (a *app) adopt(ctx context.Context, c *api, d *appsv1.Deployment, s *state) (map[int]bool, error) {
	revision, err := strconv.Atoi(d.Annotations[revisionAnnotation])
	if err != nil {
		return nil, fmt.Errorf("revision of Deployment %s/%s: %w", a.namespace, a.name, err)
	}
	s.revision, s.restarts = revision, make([]int, a.replicas)
	if err := a.prune(ctx, c, revision); err != nil {
		return nil, err
	}
	var pods corev1.PodList
	if err := c.List(ctx, &pods, client.InNamespace(a.namespace), client.MatchingLabels(a.selector())); err != nil {
		return nil, fmt.Errorf("list Pods: %w", err)
	}
	present := map[int]bool{}
	for i := range pods.Items {
		p := &pods.Items[i]
		slot, restarts, ok := a.readPod(a.setName(revision), p.Name)
		if !ok {
			err = c.remove(ctx, p)
		} else {
			present[slot], s.restarts[slot] = true, restarts
			err = errors.Join(c.relabel(ctx, p), c.start(ctx, p, slot))
		}
		if err != nil {
			return nil, err
		}
	}
	return present, nil
}

// relabel gives a Pod the version back that churn took.
func (c *api) relabel(ctx context.Context, p *corev1.Pod) error {
	if p.Labels["version"] == "v1" {
		return nil
	}
	return c.patch(ctx, p, podVersion(false))
}

// prune deletes ReplicaSets but those of a revision and the one before.
func (a *app) prune(ctx context.Context, c *api, revision int) error {
	var sets appsv1.ReplicaSetList
	if err := c.List(ctx, &sets, client.InNamespace(a.namespace), client.MatchingLabels(a.selector())); err != nil {
		return fmt.Errorf("list ReplicaSets: %w", err)
	}
	for i := range sets.Items {
		set := &sets.Items[i]
		if set.Name == a.setName(revision) || set.Name == a.setName(revision-1) {
			continue
		}
		if err := c.remove(ctx, set); err != nil {
			return err
		}
	}
	return nil
}
