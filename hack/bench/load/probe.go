package load

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Probes is the number of namespaces that hold nothing but a VirtualService
// and its Service, for [Mesh.Break].
const Probes = 50

const probeName = "probe"

func probeNamespace(n int) string { return fmt.Sprintf("probe-%02d", n) }

// probe makes the objects of a probe's namespace.
func probe(n int) []client.Object {
	ns := probeNamespace(n)
	return []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: ns}},
		&corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: probeName},
			Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: "http", Port: servicePort}}},
		},
		probeRoute(ns, false),
	}
}

func probeRoute(namespace string, broken bool) *unstructured.Unstructured {
	host := probeName
	if broken {
		host = "gone"
	}
	route := fields{"route": []any{fields{"destination": fields{"host": host}}}}
	return custom(networking, "VirtualService", namespace, probeName, fields{
		"hosts": []any{probeName}, "http": []any{route},
	})
}

// Break makes the VirtualService of a probe's namespace, the n-th modulo
// [Probes], route to a host that does not exist, or mends it, and names it. It
// is one write, a merge patch, which returns when the API server has answered;
// nothing is written if the VirtualService is that way already. Broken, it has
// one finding of routing/unknownhost, mended none.
func (m *Mesh) Break(
	ctx context.Context, config *rest.Config, n int, broken bool,
) (namespace, name string, err error) {
	if err := local(config.Host); err != nil {
		return "", "", err
	}
	c, err := dynamic.NewForConfig(config) // which, unlike others, asks for nothing first
	if err != nil {
		return "", "", fmt.Errorf("client of the API server: %w", err)
	}
	o := probeRoute(probeNamespace(n%Probes), broken)
	namespace, name = o.GetNamespace(), o.GetName()
	patch := specPatch(o)
	body, err := patch.Data(o)
	if err != nil {
		return "", "", fmt.Errorf("edit VirtualService %s/%s: %w", namespace, name, err)
	}
	kind := o.GroupVersionKind().GroupVersion().WithResource("virtualservices")
	_, err = c.Resource(kind).Namespace(namespace).Patch(ctx, name, patch.Type(), body, metav1.PatchOptions{})
	if err != nil {
		return "", "", fmt.Errorf("edit VirtualService %s/%s: %w", namespace, name, err)
	}
	return namespace, name, nil
}
