package injector

import (
	"context"
	"slices"

	"istio.io/api/annotation"
	"istio.io/api/label"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	proxyContainer  = "istio-proxy"
	initContainer   = "istio-init"
	defaultRevision = "default"
	// autoImage is what a gateway's pod template gives as its image for the
	// injector to fill in.
	autoImage = "auto"
)

// ignoredNamespaces get no sidecars, whatever a webhook's selectors say.
var ignoredNamespaces = []string{
	metav1.NamespaceSystem, metav1.NamespacePublic, corev1.NamespaceNodeLease, "local-path-storage",
}

type istioInjector struct {
	reader client.Reader
}

func (i *istioInjector) inject(ctx context.Context, pod *corev1.Pod) error {
	if !injectionRequired(pod) {
		return nil
	}
	revision := requestRevision(ctx)
	image, err := i.proxyImage(ctx, pod, revision)
	if err != nil {
		return err
	}
	if gateway := autoContainer(pod); gateway != nil {
		return injectGateway(pod, gateway, image, revision)
	}
	return injectSidecar(pod, image, revision)
}

// injectionRequired decides as istiod does: a pod in the host's network would
// redirect the host's traffic, the label precedes the annotation, and any value
// but true and false counts as not given, so that the policy, enabled, decides.
func injectionRequired(pod *corev1.Pod) bool {
	if pod.Spec.HostNetwork || slices.Contains(ignoredNamespaces, pod.Namespace) || injected(pod) {
		return false
	}
	choice, ok := pod.Labels[label.SidecarInject.Name]
	if !ok {
		choice = pod.Annotations[annotation.SidecarInject.Name]
	}
	return choice != "false"
}

func injected(pod *corev1.Pod) bool {
	isProxy := func(c corev1.Container) bool { return c.Name == proxyContainer && c.Image != autoImage }
	return slices.ContainsFunc(pod.Spec.InitContainers, isProxy) || slices.ContainsFunc(pod.Spec.Containers, isProxy)
}

func autoContainer(pod *corev1.Pod) *corev1.Container {
	for i := range pod.Spec.Containers {
		if c := &pod.Spec.Containers[i]; c.Name == proxyContainer && c.Image == autoImage {
			return c
		}
	}
	return nil
}

func injectSidecar(pod *corev1.Pod, image, revision string) error {
	init := redirectContainer(pod, image)
	proxy, err := sidecarContainer(pod, image, revision)
	if err != nil {
		return err
	}
	init.Resources = proxy.Resources
	added := corev1.PodSpec{InitContainers: []corev1.Container{init}, Volumes: proxyVolumes()}
	if native(pod) {
		added.InitContainers = append(added.InitContainers, asNative(proxy))
	} else {
		added.Containers = []corev1.Container{proxy}
	}
	if err := annotatePod(pod, added, revision); err != nil {
		return err
	}
	setDefault(&pod.Labels, label.SecurityTlsMode.Name, "istio")
	addToSpec(&pod.Spec, added)
	return nil
}

// addToSpec keeps istiod's order: init containers of the mesh run first, so
// that the application's own already reach the network through the proxy.
func addToSpec(spec *corev1.PodSpec, added corev1.PodSpec) {
	spec.InitContainers = append(added.InitContainers, spec.InitContainers...)
	spec.Containers = append(spec.Containers, added.Containers...)
	spec.Volumes = append(added.Volumes, spec.Volumes...)
}

// injectGateway fills in the proxy of a gateway, which has no application
// beside it: traffic is not redirected, so there is no init container.
func injectGateway(pod *corev1.Pod, gateway *corev1.Container, image, revision string) error {
	template := gatewayContainer(pod, image, revision)
	gateway.Image = template.Image
	if len(gateway.Args) == 0 {
		gateway.Args = template.Args
	}
	gateway.Env = append(template.Env, gateway.Env...)
	gateway.Ports = append(gateway.Ports, template.Ports...)
	gateway.VolumeMounts = append(template.VolumeMounts, gateway.VolumeMounts...)
	if gateway.ReadinessProbe == nil {
		gateway.ReadinessProbe = template.ReadinessProbe
	}
	added := corev1.PodSpec{Containers: []corev1.Container{template}, Volumes: proxyVolumes()}
	if err := annotatePod(pod, added, revision); err != nil {
		return err
	}
	pod.Spec.Volumes = append(added.Volumes, pod.Spec.Volumes...)
	return nil
}
