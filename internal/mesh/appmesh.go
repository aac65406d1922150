package mesh

import (
	"slices"
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Keys by which namespaces and Pods talk to App Mesh's injector.
const (
	// AppMeshInjection is a label of a Namespace, without which its Pods never
	// reach the injector, and an annotation of a Pod, which then decides.
	AppMeshInjection = "appmesh.k8s.aws/sidecarInjectorWebhook"

	appMeshFinalizers = "finalizers.appmesh.k8s.aws/"
)

// AppMeshProxy is App Mesh's Envoy in a Pod; nil if there is none. It is told
// by the environment that App Mesh's injector gives it or by its image, since
// any container may be called envoy.
func AppMeshProxy(s *kinds.PodSpec) *kinds.Container {
	for c := range s.AllContainers {
		for i := range c.Env {
			if n := c.Env[i].Name; n == "APPMESH_RESOURCE_ARN" || n == "APPMESH_VIRTUAL_NODE_NAME" {
				return c
			}
		}
		if strings.HasSuffix(repository(c.Image), "aws-appmesh-envoy") {
			return c
		}
	}
	return nil
}

// repository is an image's name without tag and digest.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndex(image, ":"); i > strings.LastIndex(image, "/") {
		return image[:i]
	}
	return image
}

// AppMeshInjects tells whether App Mesh's injector would change a Pod of a
// namespace, as far as label and annotation decide.
func AppMeshInjects(ns *kinds.Namespace, t *Template) bool {
	label, given := ns.Labels[AppMeshInjection]
	if own, ok := t.Annotations[AppMeshInjection]; given && ok {
		return own == enabled
	}
	return label == enabled
}

// AppMeshDeletion is an object of App Mesh's that is being deleted.
type AppMeshDeletion struct {
	Ref       inventory.Ref
	Deleted   time.Time
	Finalizer string // the first of App Mesh's that holds it
}

// AppMeshDeletions reads the objects of a namespace whose deletion waits for
// App Mesh's controller.
func AppMeshDeletions(r inventory.Reader, namespace string) []AppMeshDeletion {
	return slices.Concat(
		deletionsOf(r, kinds.AppMeshGatewayRoutes, namespace), deletionsOf(r, kinds.AppMeshVirtualGateways, namespace),
		deletionsOf(r, kinds.AppMeshVirtualServices, namespace), deletionsOf(r, kinds.AppMeshVirtualRouters, namespace),
		deletionsOf(r, kinds.AppMeshVirtualNodes, namespace),
	)
}

func deletionsOf[S any](r inventory.Reader, k kinds.Kind[kinds.AppMesh[S]], namespace string) []AppMeshDeletion {
	var out []AppMeshDeletion
	for o := range k.In(r, namespace) {
		i := slices.IndexFunc(o.Finalizers, func(f string) bool { return strings.HasPrefix(f, appMeshFinalizers) })
		if !o.Deleted.IsZero() && i >= 0 {
			out = append(out, AppMeshDeletion{k.Ref(namespace, o.Name), o.Deleted, o.Finalizers[i]})
		}
	}
	return out
}
