package load

import (
	"context"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// createPod makes the Pod of a slot and writes the status that a kubelet would.
func (a *app) createPod(ctx context.Context, c *api, s *state, slot int) error {
	p := a.pod(s, slot)
	if _, err := c.create(ctx, p); err != nil {
		return err
	}
	return c.start(ctx, p, slot)
}

// start makes a Pod run, unless it does.
func (c *api) start(ctx context.Context, p *corev1.Pod, slot int) error {
	if p.Status.Phase == corev1.PodRunning {
		return nil
	}
	c.writes.Add(1)
	p.Status = running(p, slot)
	if err := c.Status().Update(ctx, p); err != nil {
		return fmt.Errorf("status of Pod %s/%s: %w", p.Namespace, p.Name, err)
	}
	return nil
}

// running is the status that a kubelet writes for a Pod that is ready.
func running(p *corev1.Pod, slot int) corev1.PodStatus {
	status := corev1.PodStatus{
		Phase: corev1.PodRunning, HostIP: "192.0.2.1", PodIP: "10.128.0." + strconv.Itoa(1+slot%250),
		StartTime: &p.CreationTimestamp, QOSClass: p.Status.QOSClass,
	}
	for _, t := range []corev1.PodConditionType{
		corev1.PodScheduled, corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady,
	} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{
			Type: t, Status: corev1.ConditionTrue, LastTransitionTime: p.CreationTimestamp,
		})
	}
	for i := range p.Spec.Containers {
		c := &p.Spec.Containers[i]
		status.ContainerStatuses = append(status.ContainerStatuses, corev1.ContainerStatus{
			Name: c.Name, Image: c.Image, ImageID: c.Image, Ready: true, Started: new(true),
			ContainerID: "containerd://" + string(p.UID),
			State:       corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: p.CreationTimestamp}},
		})
	}
	return status
}
