package mesh

import (
	"iter"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const (
	nativeVariable = "ENABLE_NATIVE_SIDECARS"
	// nativeSince is the minor version of Istio from which on istiod decides by
	// the nodes where nothing is said, and nativeKubelet that of the kubelets
	// which it asks for.
	nativeSince, nativeKubelet = 27, 33
)

// Native tells whether a Pod gets its sidecar as an init container that runs on,
// given what decides about it. The Pod's annotation comes first, then istiod's
// ENABLE_NATIVE_SIDECARS; auto, the default since Istio 1.27, takes the nodes,
// all of which must have a kubelet of 1.33 at least. Maybe is the answer where
// no injector gets the Pod, or istiod or its version is not known.
//
// It looks at no live Pod, and reads Nodes only if nothing else decides.
func Native(r inventory.Reader, d Decision, t *Template) Answer {
	switch t.Annotations[annotation.SidecarNativeSidecar.Name] {
	case "":
	case "true":
		return Yes
	case "false":
		return No
	default:
		return Maybe
	}
	plane := planeOf(r, d.Injector)
	if plane == nil || plane.Istiod == nil || plane.External {
		return Maybe
	}
	if mode, auto := plane.nativeMode(); !auto {
		return mode
	}
	return onNodes(r)
}

// nativeMode is what istiod does by its own setting, or auto where it asks the
// nodes.
func (c *ControlPlane) nativeMode() (mode Answer, auto bool) {
	switch value, set := c.Env(nativeVariable); {
	case set && value == "":
		return Maybe, false // taken from elsewhere
	case set:
		return certainly(value == "true"), value == "auto"
	}
	major, minor, ok := c.Version()
	if !ok {
		return Maybe, false
	}
	return No, major > 1 || minor >= nativeSince
}

// planeOf is the control plane that an injector calls; nil if it is not known.
func planeOf(r inventory.Reader, i *Injector) *ControlPlane {
	if i == nil {
		return nil
	}
	planes := ControlPlanes(r)
	for n := range planes {
		if planes[n].Revision == i.Revision() {
			return &planes[n]
		}
	}
	return nil
}

// onNodes tells whether every kubelet is new enough; Maybe without nodes.
func onNodes(r inventory.Reader) Answer {
	oldest := oldestKubelet.Everywhere(r, "")
	if !oldest.known {
		return Maybe
	}
	return certainly(oldest.minor >= nativeKubelet)
}

// kubelets is the oldest minor version of all nodes. As for istiod, one that
// cannot be read is older than any. Known: there is a node, and each tells one.
type kubelets struct {
	minor int
	known bool
}

var oldestKubelet = kinds.Summarize(kinds.Nodes.Whole(), "oldest kubelet", func(list iter.Seq[*kinds.Node]) kubelets {
	var oldest kubelets
	for n := range list {
		if n.KubeletVersion == "" {
			return kubelets{} // a file without status
		}
		minor, _ := n.Minor()
		if !oldest.known || minor < oldest.minor {
			oldest = kubelets{minor, true}
		}
	}
	return oldest
}, func(a, b kubelets) bool { return a == b })
