package mesh

import (
	"iter"

	"istio.io/api/label"
	apitype "istio.io/api/type/v1beta1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Attachment is whom a policy is for, as all kinds of policies say it.
type Attachment struct {
	*kinds.Meta
	Selector map[string]string
	Targets  []Target
}

// Target is a targetRef of a policy.
type Target struct {
	Group, Kind, Name string
	// Field is its path.
	Field string
}

// attached is the part of a policy's spec that says whom it is for.
type attached interface {
	GetSelector() *apitype.WorkloadSelector
	GetTargetRefs() []*apitype.PolicyTargetReference
}

// AttachmentOf reads whom a policy is for. The old targetRef counts as
// targetRefs unless both are given.
func AttachmentOf(m *kinds.Meta, spec attached) Attachment {
	a := Attachment{Meta: m, Selector: spec.GetSelector().GetMatchLabels()}
	for i, t := range spec.GetTargetRefs() {
		a.Targets = append(a.Targets, Target{t.GetGroup(), t.GetKind(), t.GetName(), item("spec.targetRefs", i)})
	}
	if old, ok := spec.(interface {
		GetTargetRef() *apitype.PolicyTargetReference
	}); ok && len(a.Targets) == 0 && old.GetTargetRef() != nil {
		t := old.GetTargetRef()
		a.Targets = append(a.Targets, Target{t.GetGroup(), t.GetKind(), t.GetName(), "spec.targetRef"})
	}
	return a
}

// InAmbientMode finds a workload in ambient mode that a policy without targets
// is for, and tells whether it is also for others of the mesh, which have a
// proxy that applies it. It looks into the namespace of the policy and, if
// nothing runs there that the policy is for and that is the root namespace,
// into those in ambient mode.
func (a Attachment) InAmbientMode(r inventory.Reader) (found inventory.Ref, others bool) {
	some := false
	for t := range Templates(r, a.Namespace, a.Selector) {
		some = some || t.Component() == NoComponent
		a.book(r, &t, &found, &others)
	}
	if some || RootNamespace(r) != a.Namespace {
		return found, others
	}
	for t := range a.everywhere(r) {
		if a.book(r, &t, &found, &others); found.Name != "" && others {
			break
		}
	}
	return found, others
}

func (a Attachment) book(r inventory.Reader, t *Template, found *inventory.Ref, others *bool) {
	switch {
	case t.Component() == NoComponent && inAmbient(r, t):
		if found.Name == "" {
			*found = WorkloadOf(r, t)
		}
	case t.Role() == GatewayProxy || t.Component() == NoComponent && TemplateInMesh(r, t):
		*others = true
	}
}

// everywhere yields what the policy is for in namespaces in ambient mode, then
// in those that ask for sidecars.
func (a Attachment) everywhere(r inventory.Reader) iter.Seq[Template] {
	return func(yield func(Template) bool) {
		for _, by := range []string{
			kinds.LabelKey(label.IoIstioDataplaneMode.Name, ambient), kinds.LabelKey(InjectionLabel, enabled),
		} {
			for ns := range kinds.NamespacesByLabel.Everywhere(r, by) {
				for t := range Templates(r, ns.Name, a.Selector) {
					if !yield(t) {
						return
					}
				}
			}
		}
	}
}

// Unserved finds a target without waypoint: a Service or ServiceEntry in
// ambient mode that nobody applies the policy to.
func (a Attachment) Unserved(r inventory.Reader, t Target) (inventory.Ref, bool) {
	ref, host := inventory.Ref{}, ""
	switch {
	case t.Kind == "Service" && (t.Group == "" || t.Group == "core"):
		if s := kinds.Services.Get(r, a.Namespace, t.Name); s != nil {
			ref, host = kinds.Services.Ref(s.Namespace, s.Name), s.Host()
		}
	case t.Kind == "ServiceEntry":
		if e := kinds.ServiceEntries.Get(r, a.Namespace, t.Name); e != nil && len(e.Spec.GetHosts()) > 0 {
			ref, host = kinds.ServiceEntries.Ref(e.Namespace, e.Name), kinds.ResolveHost(e.Spec.GetHosts()[0], e.Namespace)
		}
	}
	if host == "" {
		return ref, false
	}
	waypoint, inAmbientMode, known := HostWaypoint(r, host)
	return ref, known && inAmbientMode && waypoint == nil
}

// UsesWaypoint tells whether a Service or workload of a namespace has a
// waypoint.
func UsesWaypoint(r inventory.Reader, namespace string) bool {
	for s := range kinds.Services.In(r, namespace) {
		if _, ok := ServiceWaypoint(r, s); ok {
			return true
		}
	}
	for t := range Templates(r, namespace, nil) {
		if _, ok := WorkloadWaypoint(r, &t); ok {
			return true
		}
	}
	return false
}
