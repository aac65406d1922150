package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// meshes are the samples with the webhooks, which must answer before the Pods
// of the other samples are made, as in a cluster where a mesh is installed.
var meshes = []string{"00-istio.yaml", "01-appmesh.yaml"}

func (d *demo) installMeshAudit(ctx context.Context) error {
	d.say("installing MeshAudit's kinds and roles (kubectl apply -k config/default)")
	if err := d.kubectl(ctx, "apply", "-k", d.path("hack", "controlplane", "demo")); err != nil {
		return err
	}
	return d.kubectl(ctx, "wait", "--for=condition=Established", "--timeout=60s", "crd",
		"meshauditreports.meshaudit.io", "clustermeshauditreports.meshaudit.io", "meshauditpolicies.meshaudit.io",
		"meshauditexceptions.meshaudit.io")
}

func (d *demo) installMeshes(ctx context.Context) error {
	d.say("installing stand-ins for Istio and App Mesh (config/samples/0*.yaml)")
	for _, file := range meshes {
		if err := d.kubectl(ctx, "apply", "-f", d.path("config", "samples", file)); err != nil {
			return err
		}
	}
	if err := d.cluster.PatchWebhooks(ctx); err != nil {
		return err
	}
	return d.await(ctx, "the sidecar injector", d.notInjecting)
}

// notInjecting tries a Pod that no namespace's label concerns, as a dry run.
func (d *demo) notInjecting(ctx context.Context) (string, error) {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: metav1.NamespaceDefault, Name: "probe", Labels: map[string]string{"sidecar.istio.io/inject": "true"},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "probe", Image: "example/probe:v1"}}},
	}
	switch err := d.cluster.Client.Create(ctx, pod, client.DryRunAll); {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return err.Error(), nil //nolint:nilerr // that is what is asked for
	case len(pod.Spec.InitContainers) == 0:
		return "a Pod got no sidecar", nil
	}
	return "", nil
}

func (d *demo) applySamples(ctx context.Context) error {
	d.say("applying the samples (kubectl apply -f config/samples)")
	if err := d.kubectl(ctx, "apply", "-f", d.path("config", "samples")); err != nil {
		return err
	}
	return d.await(ctx, "the samples' Pods", d.unavailable)
}

// unavailable names the Deployments that lack Pods.
func (d *demo) unavailable(ctx context.Context) (string, error) {
	list := &appsv1.DeploymentList{}
	if err := d.cluster.Client.List(ctx, list); err != nil {
		return "", fmt.Errorf("list Deployments: %w", err)
	}
	list.Items = slices.DeleteFunc(list.Items, complete)
	names := make([]string, len(list.Items))
	for i, o := range list.Items {
		names[i] = o.Namespace + "/" + o.Name
	}
	return strings.Join(names, ", "), nil
}

func complete(o appsv1.Deployment) bool {
	return o.Status.ObservedGeneration >= o.Generation && o.Status.AvailableReplicas == *o.Spec.Replicas
}
