package main

import (
	"context"
	"errors"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// workloads are a Deployment of the mesh and a CronJob beside it, whose
// controllers are played here.
type workloads struct {
	api        client.Client
	pattern    *corev1.Pod // of the Deployment
	replicaSet *appsv1.ReplicaSet
	deployment *appsv1.Deployment
	cronJob    *batchv1.CronJob
	runs       int
}

// workloads finds a Deployment with sidecars and makes the CronJob.
func (b *bench) workloads(ctx context.Context) (*workloads, error) {
	w := &workloads{
		api: b.api, replicaSet: &appsv1.ReplicaSet{}, deployment: &appsv1.Deployment{}, cronJob: &batchv1.CronJob{},
	}
	if err := w.find(ctx); err != nil {
		return nil, err
	}
	template := corev1.PodTemplateSpec{Spec: w.replicaSet.Spec.Template.Spec}
	template.Labels = map[string]string{"app": "each-minute"}
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	w.cronJob.Namespace, w.cronJob.Name = w.pattern.Namespace, "each-minute"
	w.cronJob.Spec.Schedule = "* * * * *"
	w.cronJob.Spec.JobTemplate.Spec.Template = template
	return w, b.api.Create(ctx, w.cronJob)
}

func (w *workloads) find(ctx context.Context) error {
	var pods corev1.PodList
	if err := w.api.List(ctx, &pods, client.Limit(500)); err != nil {
		return err
	}
	for i := range pods.Items {
		w.pattern = &pods.Items[i]
		if !meshed(w.pattern) {
			continue
		}
		return errors.Join(w.owner(ctx, w.pattern, w.replicaSet), w.owner(ctx, w.replicaSet, w.deployment))
	}
	return errors.New("no Pod with a sidecar among the first")
}

// owner reads the controller of an object.
func (w *workloads) owner(ctx context.Context, of, owner client.Object) error {
	ref := metav1.GetControllerOf(of)
	if ref == nil {
		return fmt.Errorf("%s/%s has no controller", of.GetNamespace(), of.GetName())
	}
	return w.api.Get(ctx, client.ObjectKey{Namespace: of.GetNamespace(), Name: ref.Name}, owner)
}

// meshed tells whether a Pod has Istio's proxy.
func meshed(p *corev1.Pod) bool {
	for _, list := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range list {
			if list[i].Name == "istio-proxy" {
				return true
			}
		}
	}
	return false
}

// scale makes the Deployment three times as large and, at the end, as large as
// it was.
func (w *workloads) scale(ctx context.Context) error {
	before := *w.replicaSet.Spec.Replicas
	var more []*corev1.Pod
	err := w.replicas(ctx, 3*before)
	for i := before; i < 3*before && err == nil; i++ {
		var p *corev1.Pod
		p, err = w.run(ctx, fmt.Sprintf("%s-more-%d", w.replicaSet.Name, i), w.pattern.Labels, w.replicaSet,
			appsv1.SchemeGroupVersion.WithKind("ReplicaSet"))
		more = append(more, p)
	}
	if err != nil {
		return err
	}
	if err := w.replicas(ctx, before); err != nil {
		return err
	}
	for _, p := range more {
		if err := w.api.Delete(ctx, p, client.GracePeriodSeconds(0)); err != nil {
			return err
		}
	}
	return nil
}

func (w *workloads) replicas(ctx context.Context, n int32) error {
	w.deployment.Spec.Replicas, w.replicaSet.Spec.Replicas = &n, &n
	return errors.Join(w.api.Update(ctx, w.deployment), w.api.Update(ctx, w.replicaSet))
}

// run makes a Pod like the pattern, which gets ready.
func (w *workloads) run(
	ctx context.Context, name string, labels map[string]string, owner client.Object, kind schema.GroupVersionKind,
) (*corev1.Pod, error) {
	p := &corev1.Pod{Spec: *w.pattern.Spec.DeepCopy()}
	p.Namespace, p.Name, p.Labels, p.Annotations = w.pattern.Namespace, name, labels, w.pattern.Annotations
	p.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(owner, kind)}
	if err := w.api.Create(ctx, p); err != nil {
		return nil, err
	}
	p.Status = w.pattern.Status
	return p, w.api.Status().Update(ctx, p)
}

// job runs the CronJob once, from its Job's beginning to its end.
func (w *workloads) job(ctx context.Context) error {
	w.runs++
	job := &batchv1.Job{Spec: batchv1.JobSpec{Template: w.cronJob.Spec.JobTemplate.Spec.Template}}
	job.Namespace, job.Name = w.cronJob.Namespace, fmt.Sprintf("%s-%d", w.cronJob.Name, w.runs)
	job.OwnerReferences = []metav1.OwnerReference{
		*metav1.NewControllerRef(w.cronJob, batchv1.SchemeGroupVersion.WithKind("CronJob")),
	}
	if err := w.api.Create(ctx, job); err != nil {
		return err
	}
	p, err := w.run(ctx, job.Name+"-run", map[string]string{"app": "each-minute"}, job,
		batchv1.SchemeGroupVersion.WithKind("Job"))
	if err != nil {
		return err
	}
	p.Status.Phase = corev1.PodSucceeded
	return errors.Join(w.api.Status().Update(ctx, p), w.api.Delete(ctx, p, client.GracePeriodSeconds(0)),
		w.api.Delete(ctx, job, client.PropagationPolicy(metav1.DeletePropagationBackground)))
}

// remove takes the CronJob away.
func (w *workloads) remove(ctx context.Context) error { return w.api.Delete(ctx, w.cronJob) }
