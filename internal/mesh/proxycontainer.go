package mesh

import (
	"fmt"
	"slices"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// autoImage is the image by which a Pod template leaves the choice of it to the
// injector. Nothing can be pulled by this name.
const autoImage = "auto"

// AwaitsProxy tells whether the Pods cannot run unless an injector fills in the
// image of their istio-proxy, as the gateways of Istio's charts have it.
func (t *Template) AwaitsProxy() bool {
	c := t.Spec.Container(proxyContainer)
	return c != nil && c.Image == autoImage
}

// BringsProxy tells whether the Pods come with an istio-proxy and an image of
// their own, whatever injectors do: as istioctl kube-inject writes it, or to
// override what is injected. Of a live Pod, what an injector added is not meant.
func (t *Template) BringsProxy() bool {
	c := t.Spec.Container(proxyContainer)
	if c == nil || c.Image == "" || c.Image == autoImage {
		return false
	}
	_, overridden := t.Annotations[annotation.ProxyOverrides.Name]
	return !t.Live || !t.Injected() || overridden
}

// Injected tells whether an injector noted on the Pod that it was here.
func (t *Template) Injected() bool {
	_, noted := t.Annotations[annotation.SidecarStatus.Name]
	return noted
}

// ContainerField is the path of a container, or init container, in a Pod; that
// of the whole spec if it has none of the name.
func ContainerField(s *kinds.PodSpec, name string) string {
	if i := slices.IndexFunc(s.Containers, named(name)); i >= 0 {
		return fmt.Sprintf("spec.containers[%d]", i)
	}
	if i := slices.IndexFunc(s.InitContainers, named(name)); i >= 0 {
		return fmt.Sprintf("spec.initContainers[%d]", i)
	}
	return "spec"
}

func named(name string) func(kinds.Container) bool {
	return func(c kinds.Container) bool { return c.Name == name }
}
