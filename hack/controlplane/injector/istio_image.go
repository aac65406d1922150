package injector

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"istio.io/api/annotation"
	"istio.io/api/label"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	defaultProxyRepository = "istio/proxyv2"
	defaultProxyVersion    = "1.31.1"
)

// proxyImage is what the pod's annotation asks for, or else of the version of
// the istiod whose revision injects: so proxies show the versions that the
// samples' control planes have.
func (i *istioInjector) proxyImage(ctx context.Context, pod *corev1.Pod, revision string) (string, error) {
	if image := pod.Annotations[annotation.SidecarProxyImage.Name]; image != "" {
		return image, nil
	}
	fallback := defaultProxyRepository + ":" + defaultProxyVersion
	if i.reader == nil {
		return fallback, nil
	}
	deployments := &appsv1.DeploymentList{}
	if err := i.reader.List(ctx, deployments, client.MatchingLabels{"app": "istiod"}); err != nil {
		return "", fmt.Errorf("list istiod Deployments: %w", err)
	}
	for _, d := range deployments.Items {
		if cmp.Or(d.Labels[label.IoIstioRev.Name], defaultRevision) == revision {
			return cmp.Or(imageBeside(d.Spec.Template.Spec.Containers), fallback), nil
		}
	}
	return fallback, nil
}

// imageBeside turns istiod's image into the proxy's: releases publish both in
// one repository under the same tag.
func imageBeside(containers []corev1.Container) string {
	for _, c := range containers {
		if repository, tag, ok := strings.Cut(c.Image, "/pilot:"); ok {
			return repository + "/proxyv2:" + tag
		}
	}
	return ""
}
