package kinds

import (
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// RevisionLabel marks, among others, the ConfigMaps of a mesh: Istio's charts
// set it on mesh configuration and injector configuration.
const RevisionLabel = "istio.io/rev"

// TagLabel names, on a webhook configuration or a Service of a control plane,
// the revision tag that it makes.
const TagLabel = "istio.io/tag"

// RootCertificateName is the ConfigMap in which istiod publishes, in each
// namespace, the root of the mesh's certificates. That of the root namespace is
// watched by name.
const RootCertificateName = "istio-ca-root-cert"

// OfMesh tells whether a ConfigMap belongs to the mesh: it bears the label by
// which the operator watches, or one of the names that Istio's charts use.
func OfMesh(o *inventory.Object) bool {
	c, ok := o.Value.(*ConfigMap)
	if !ok {
		return true // unreadable, so it may
	}
	_, labelled := c.Labels[RevisionLabel]
	return labelled || c.Name == "istio" || c.Name == "istio-sidecar-injector" || c.Name == RootCertificateName ||
		strings.HasPrefix(c.Name, "istio-sidecar-injector-") ||
		strings.HasPrefix(c.Name, "istio-") && c.Data["mesh"] != ""
}

// ownGroups are the API groups all of whose kinds concern a mesh: a kind of
// theirs that the table lacks is a mistake of the writer or a gap of ours.
var ownGroups = []string{
	"networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io",
	"gateway.networking.k8s.io", "appmesh.k8s.aws", "aws.meshaudit.io",
}

// KnownGroup tells whether every kind of the group should be in the table.
func KnownGroup(group string) bool { return slices.Contains(ownGroups, group) }

// NewNamespace is a namespace of which nothing but the name is known.
func NewNamespace(name string) *Namespace {
	n := &Namespace{Meta: Meta{Name: name}}
	n.share()
	return n
}
