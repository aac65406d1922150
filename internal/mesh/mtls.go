package mesh

import (
	networking "istio.io/api/networking/v1alpha3"
	security "istio.io/api/security/v1beta1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ServerMode is what a workload's sidecar demands of those who call it.
type ServerMode = security.PeerAuthentication_MutualTLS_Mode

// The modes of a sidecar, for short.
const (
	Unset      = security.PeerAuthentication_MutualTLS_UNSET
	Disable    = security.PeerAuthentication_MutualTLS_DISABLE
	Permissive = security.PeerAuthentication_MutualTLS_PERMISSIVE
	Strict     = security.PeerAuthentication_MutualTLS_STRICT
)

// PeerPolicy is what the PeerAuthentications together demand of the callers of
// a workload.
type PeerPolicy struct {
	mode     ServerMode
	by       *kinds.PeerAuthentication
	workload *kinds.PeerAuthentication
	// Revisioned: a policy among them is for one revision of Istio alone, so
	// that it may not count for the workload.
	Revisioned bool
}

// PeerPolicyOf composes the policies for a workload's Pods as istiod's
// ComposePeerAuthentication does: the oldest without selector of the root
// namespace, then that of the workload's namespace, then the oldest there whose
// selector matches; each mode that is set replaces the one before. Policies of
// the root namespace that have a selector count for nobody.
func PeerPolicyOf(r inventory.Reader, root, namespace string, labels map[string]string) *PeerPolicy {
	p := &PeerPolicy{mode: Permissive}
	p.take(NamespacePeerPolicy(r, root))
	if namespace == root {
		return p
	}
	p.take(NamespacePeerPolicy(r, namespace))
	p.workload = oldestPeer(r, namespace, func(a *kinds.PeerAuthentication) bool {
		return Selective(a) && kinds.Selects(a.Spec.GetSelector().GetMatchLabels(), labels)
	})
	p.take(p.workload)
	return p
}

// NamespacePeerPolicy finds the one policy of a namespace without selector that
// counts; nil if there is none. In the root namespace it is for the mesh.
func NamespacePeerPolicy(r inventory.Reader, namespace string) *kinds.PeerAuthentication {
	return oldestPeer(r, namespace, func(a *kinds.PeerAuthentication) bool { return !Selective(a) })
}

// Selective tells whether a policy is for some workloads of its namespace: an
// empty selector counts as none.
func Selective(a *kinds.PeerAuthentication) bool {
	return len(a.Spec.GetSelector().GetMatchLabels()) > 0
}

func oldestPeer(r inventory.Reader, namespace string,
	admits func(*kinds.PeerAuthentication) bool,
) *kinds.PeerAuthentication {
	var oldest *kinds.PeerAuthentication
	for a := range kinds.PeerAuthentications.In(r, namespace) {
		if a.Deleted.IsZero() && admits(a) && (oldest == nil || Older(&a.Meta, &oldest.Meta)) {
			oldest = a
		}
	}
	return oldest
}

func (p *PeerPolicy) take(a *kinds.PeerAuthentication) {
	if a == nil {
		return
	}
	if _, ok := a.Labels[kinds.RevisionLabel]; ok {
		p.Revisioned = true
	}
	if m := a.Spec.GetMtls().GetMode(); m != Unset {
		p.mode, p.by = m, a
	}
}

// Mode is the mode on a port of the Pod, and the policy that says so; nil if
// none does and the default holds. Modes of single ports count only in the
// policy that selects the workload.
func (p *PeerPolicy) Mode(port int32) (ServerMode, *kinds.PeerAuthentication) {
	if p.workload != nil {
		m := p.workload.Spec.GetPortLevelMtls()[uint32(port)].GetMode() //nolint:gosec // a port
		if m != Unset {
			return m, p.workload
		}
	}
	return p.mode, p.by
}

// Refuses tells whether a sidecar refuses clients that connect in a mode. Where
// the answer lies with certificates, or with what the application speaks, it
// says no.
func Refuses(server ServerMode, client networking.ClientTLSSettings_TLSmode) bool {
	switch client {
	case networking.ClientTLSSettings_DISABLE, networking.ClientTLSSettings_SIMPLE:
		return server == Strict
	case networking.ClientTLSSettings_ISTIO_MUTUAL:
		return server == Disable
	case networking.ClientTLSSettings_MUTUAL:
	}
	return false
}
