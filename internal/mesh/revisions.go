package mesh

import (
	"encoding/json"
	"slices"

	"istio.io/api/annotation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Tag is a revision tag of Istio's: another name of a revision.
type Tag struct {
	Revision string
	// By are the objects that make the tag, Services first: webhook
	// configurations and Services with the label istio.io/tag.
	By []inventory.Ref
}

// Tags reads the revision tags by name. They are made by webhook configurations
// and by Services of control planes; a Service wins over a configuration, and
// of two configurations the first by name.
func Tags(r inventory.Reader) map[string]Tag {
	out := map[string]Tag{}
	homes := controlPlaneNamespaces(r)
	for s := range kinds.ServicesByTag.Everywhere(r, "") {
		if homes[s.Namespace] && s.Deleted.IsZero() {
			tag(out, &s.Meta, kinds.Services.Ref(s.Namespace, s.Name))
		}
	}
	for _, i := range Injectors(r) {
		tag(out, &i.Config.Meta, i.Ref())
	}
	return out
}

func tag(tags map[string]Tag, m *kinds.Meta, ref inventory.Ref) {
	name, revision := m.Labels[kinds.TagLabel], m.Labels[kinds.RevisionLabel]
	if name == "" || revision == "" {
		return
	}
	t, known := tags[name]
	if !known {
		t.Revision = revision
	}
	if !slices.Contains(t.By, ref) {
		t.By = append(t.By, ref)
	}
	tags[name] = t
}

// ResolveRevision finds the revision that a name stands for: of a tag, of
// itself if it is installed, or of the injector that selects it. "" stands for
// the default revision. Known is No where nothing has the name, and Maybe where
// no control plane is known at all.
func ResolveRevision(r inventory.Reader, name string) (revision string, known Answer) {
	if name == "" {
		name = DefaultRevision
	}
	if t, ok := Tags(r)[name]; ok {
		return t.Revision, Yes
	}
	planes := ControlPlanes(r)
	if slices.ContainsFunc(planes, func(c ControlPlane) bool { return c.Revision == name }) {
		return name, Yes
	}
	for _, i := range Injectors(r) {
		if slices.Contains(selectedRevisions(i.NamespaceSelector), name) {
			return i.Revision(), Yes
		}
	}
	if len(planes) == 0 {
		return "", Maybe
	}
	return "", No
}

// Revisions lists, sorted, the revisions and revision tags that the cluster
// knows: of the injectors by label or by the values that they select, of every
// istiod Deployment, and of tags.
func Revisions(r inventory.Reader, injectors []Injector) []string {
	var out []string
	for _, i := range injectors {
		out = append(out, i.Config.Labels[kinds.RevisionLabel])
		out = append(out, selectedRevisions(i.NamespaceSelector)...)
		out = append(out, selectedRevisions(i.ObjectSelector)...)
	}
	for _, c := range installed.Everywhere(r, istiodLabel) {
		out = append(out, c.Revision)
	}
	for name := range Tags(r) {
		out = append(out, name)
	}
	out = slices.DeleteFunc(out, func(rev string) bool { return rev == "" })
	slices.Sort(out)
	return slices.Compact(out)
}

func selectedRevisions(s *metav1.LabelSelector) []string {
	if s == nil {
		return nil
	}
	out := []string{s.MatchLabels[kinds.RevisionLabel]}
	for _, e := range s.MatchExpressions {
		if e.Key == kinds.RevisionLabel && e.Operator == metav1.LabelSelectorOpIn {
			out = append(out, e.Values...)
		}
	}
	return out
}

// RevisionOf is the revision whose istiod gave a Pod its proxy, as the injector
// noted; "" if it did not, as with a proxy injected by hand.
func RevisionOf(p *kinds.Pod) string {
	if rev := p.Annotations[kinds.RevisionLabel]; rev != "" {
		return rev
	}
	var status struct {
		Revision string `json:"revision"`
	}
	if json.Unmarshal([]byte(p.Annotations[annotation.SidecarStatus.Name]), &status) != nil {
		return ""
	}
	return status.Revision
}

// ConfigOf reads the MeshConfig of the istiod of a revision, from the ConfigMap
// istio or istio-<revision> of its namespace; where there is none, [MeshConfig].
func ConfigOf(r inventory.Reader, revision string) Config {
	for _, c := range ControlPlanes(r) {
		if c.Revision != revision && (revision != "" || c.Revision != DefaultRevision) {
			continue
		}
		if m := kinds.ConfigMaps.Get(r, c.Namespace, ofRevision("istio", c.Revision)); m != nil && m.Mesh != nil {
			return Config{MeshConfig: m.Mesh, Source: m}
		}
	}
	return MeshConfig(r)
}
