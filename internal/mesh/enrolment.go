package mesh

import (
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Mode is the data plane that a Namespace asks for.
type Mode uint8

// The modes of a Namespace.
const (
	// Undecided: no label says anything.
	Undecided Mode = iota
	// Sidecar: Pods that say nothing ask for a sidecar.
	Sidecar
	// Ambient: ztunnel is to carry the Pods.
	Ambient
	// Out: neither. By istio-injection, no Pod can ask for a sidecar, either; by
	// istio.io/dataplane-mode=none, one can.
	Out
)

// Enrolment is what a Namespace asks for, and what decides.
type Enrolment struct {
	Mode Mode
	// By is the label that decides, as istio-injection=enabled; "" if Undecided.
	By string
	// Asked is the revision or tag that is asked for, "default" for
	// istio-injection=enabled; "" unless the mode is Sidecar.
	Asked string
}

// optOut is the value of istio.io/dataplane-mode that refuses ambient mode.
const optOut = "none"

// DefaultRevision is the name of the revision that has none.
const DefaultRevision = "default"

// EnrolmentOf reads the labels of a Namespace.
//
//   - istio-injection decides wherever it is given: enabled asks for sidecars,
//     anything else, a misspelling included, keeps every Pod from having one.
//     Beside another value than enabled, ambient mode still counts.
//   - Else istio.io/rev asks for sidecars, if an injector of that revision serves
//     the namespace; in a mesh without one it only picks the control plane.
//     That is a fact, which [Decide] knows; by the labels, the mode is Sidecar.
//   - Else istio.io/dataplane-mode decides: ambient, or none.
func EnrolmentOf(ns *kinds.Namespace) Enrolment {
	mode := ns.Labels[label.IoIstioDataplaneMode.Name]
	injection, given := ns.Labels[InjectionLabel]
	rev := ns.Labels[kinds.RevisionLabel]
	switch {
	case given && injection == enabled:
		return Enrolment{Mode: Sidecar, By: kinds.LabelKey(InjectionLabel, injection), Asked: DefaultRevision}
	case !given && rev != "":
		return Enrolment{Mode: Sidecar, By: kinds.LabelKey(kinds.RevisionLabel, rev), Asked: rev}
	case mode == ambient:
		return Enrolment{Mode: Ambient, By: kinds.LabelKey(label.IoIstioDataplaneMode.Name, mode)}
	case given:
		return Enrolment{Mode: Out, By: kinds.LabelKey(InjectionLabel, injection)}
	case mode == optOut:
		return Enrolment{Mode: Out, By: kinds.LabelKey(label.IoIstioDataplaneMode.Name, mode)}
	}
	return Enrolment{}
}

// EnrolledBy is the label of a Namespace that asks for sidecars, as
// istio-injection=enabled or istio.io/rev=canary; "" if none does. As the
// webhooks' selectors have it, istio.io/rev counts only without
// istio-injection.
func EnrolledBy(ns *kinds.Namespace) string {
	if e := EnrolmentOf(ns); e.Mode == Sidecar {
		return e.By
	}
	return ""
}

// InjectedByDefault finds the injector that gets the Pods of a Namespace which
// is Undecided and of Pods which say nothing, and how certain that is; nil and
// No if none does. The webhooks decide, not the value
// enableNamespacesByDefault of which the chart makes one.
func InjectedByDefault(r inventory.Reader, ns *kinds.Namespace) (*Injector, Answer) {
	if EnrolmentOf(ns).Mode != Undecided || Ignored(ns.Name) {
		return nil, No
	}
	return MatchInjector(Injectors(r), ns, SilentPod())
}

// SilentPod is a Pod that says nothing about the mesh.
func SilentPod() *Template { return &Template{Spec: &kinds.PodSpec{}} }
