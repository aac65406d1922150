package mesh

import (
	"cmp"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ControlPlane is an istiod, or a revision of which only webhooks tell.
type ControlPlane struct {
	// Revision is [DefaultRevision] for an unnamed one.
	Revision string
	// Namespace is istiod's, else that of the Service which the webhooks call,
	// else the root namespace.
	Namespace string
	// Istiod is its Deployment, without what changes with every rollout:
	// replicas, generation and annotations. It is nil if istiod is outside of the
	// cluster, or gone.
	Istiod *kinds.Controller
	// External: a webhook calls a URL, or a Service without selector.
	External bool
}

// ControlPlanes reads the control planes of the cluster, sorted by revision and
// namespace: every istiod Deployment, one with 0 replicas included, and the
// revisions of injectors of which there is none.
func ControlPlanes(r inventory.Reader) []ControlPlane {
	out := slices.Clone(installed.Everywhere(r, istiodLabel))
	for _, i := range Injectors(r) {
		at := slices.IndexFunc(out, func(c ControlPlane) bool { return c.Revision == i.Revision() })
		if at < 0 {
			at = len(out)
			out = append(out, ControlPlane{Revision: i.Revision(), Namespace: i.home(r)})
		}
		out[at].External = out[at].External || i.external(r)
	}
	slices.SortStableFunc(out, func(a, b ControlPlane) int {
		return cmp.Or(strings.Compare(a.Revision, b.Revision), strings.Compare(a.Namespace, b.Namespace))
	})
	return out
}

// home is the namespace of the istiod that an injector calls.
func (i *Injector) home(r inventory.Reader) string {
	if s := i.Client.Service; s != nil {
		return s.Namespace
	}
	return kinds.MeshSettings(r).RootNamespace
}

// external tells whether the injector calls something outside of the cluster.
func (i *Injector) external(r inventory.Reader) bool {
	client := i.Client.Service
	if client == nil {
		return i.Client.URL != nil
	}
	s := kinds.Services.Get(r, client.Namespace, client.Name)
	return s != nil && len(s.Selector) == 0
}

// controlPlaneNamespaces are those of istiods and of the Services of injectors,
// and the root namespace.
func controlPlaneNamespaces(r inventory.Reader) map[string]bool {
	out := map[string]bool{kinds.MeshSettings(r).RootNamespace: true}
	for _, c := range installed.Everywhere(r, istiodLabel) {
		out[c.Namespace] = true
	}
	for _, i := range Injectors(r) {
		out[i.home(r)] = true
	}
	return out
}

// istiodLabel is the label of istiod's Pods.
var istiodLabel = kinds.LabelKey("app", istiodName)

// installed sums up the istiod Deployments by what others need to know of them,
// so that rollouts and scaling wake nobody. It is read for [istiodLabel].
var installed = kinds.Summarize(kinds.Deployments.ByLabel, "control planes",
	func(list iter.Seq[*kinds.Controller]) []ControlPlane {
		var out []ControlPlane
		for d := range list {
			if d.Deleted.IsZero() {
				out = append(out, ControlPlane{Revision: istiodRevision(d), Namespace: d.Namespace, Istiod: lasting(d)})
			}
		}
		return out
	}, func(a, b []ControlPlane) bool {
		return slices.EqualFunc(a, b, func(x, y ControlPlane) bool { return reflect.DeepEqual(x, y) })
	})

// lasting is a Deployment without what changes with every rollout.
func lasting(d *kinds.Controller) *kinds.Controller {
	out := d.WithoutAnnotations()
	out.Replicas, out.Generation = 0, 0
	return out
}

func istiodRevision(d *kinds.Controller) string {
	if rev := d.Template.Labels[kinds.RevisionLabel]; rev != "" {
		return rev
	}
	if c := d.Template.Container(discovery); c != nil && c.EnvValue("REVISION") != "" {
		return c.EnvValue("REVISION")
	}
	return DefaultRevision
}

// discovery is istiod's container.
const discovery = "discovery"

// Env is the literal value of an environment variable of istiod's, and whether
// the variable is set; one that is taken from elsewhere is set and empty.
func (c *ControlPlane) Env(name string) (value string, set bool) {
	if c.Istiod == nil {
		return "", false
	}
	container := c.Istiod.Template.Container(discovery)
	if container == nil {
		return "", false
	}
	return container.EnvValue(name), container.EnvSet(name)
}
