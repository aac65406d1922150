package mesh

import (
	"iter"
	"slices"
	"strings"

	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ListenerCertificate is a certificate of ACM that a listener uses.
type ListenerCertificate struct {
	// Field is the path of the ARN in the object.
	Field string
	// ACM is nil if what ACM says is not known.
	ACM *kinds.AWSCertificate
}

// ListenerCertificates yields the certificates of ACM that the listeners of a
// VirtualNode or VirtualGateway use; nothing of other objects and of those that
// are being deleted.
func ListenerCertificates(r inventory.Reader, o *inventory.Object) iter.Seq[ListenerCertificate] {
	return func(yield func(ListenerCertificate) bool) {
		for i, l := range listenersOf(o) {
			if arn := acmARN(&l); arn != "" {
				field := item("spec.listeners", i) + ".tls.certificate.acm.certificateARN"
				if !yield(ListenerCertificate{field, kinds.AWSCertificates.Get(r, "", arn)}) {
					return
				}
			}
		}
	}
}

func listenersOf(o *inventory.Object) []appmesh.Listener {
	switch v := o.Value.(type) {
	case *kinds.AppMeshVirtualNode:
		if v.Deleted.IsZero() {
			return v.Spec.Listeners
		}
	case *kinds.AppMeshVirtualGateway:
		if v.Deleted.IsZero() {
			return v.Spec.Listeners
		}
	}
	return nil
}

// acmARN is the certificate of ACM that a listener uses; "" if it uses none.
func acmARN(l *appmesh.Listener) string {
	if l.TLS == nil || l.TLS.Mode == appmesh.TLSModeDisabled || l.TLS.Certificate.ACM == nil {
		return ""
	}
	return l.TLS.Certificate.ACM.CertificateARN
}

// ServerNames is what a client that must use TLS accepts of a server, and what
// the server's certificate has.
type ServerNames struct {
	// Field is the path of the client's policy.
	Field  string
	Server inventory.Ref // the VirtualNode
	// Accepted are the names that the policy lists, or, where it lists none
	// (Implied), the one by which the server is found.
	Accepted []string
	Implied  bool
	ACM      *kinds.AWSCertificate
}

// ServerNamesOf yields what a VirtualNode's policies accept of the servers behind
// its backends whose certificates are of ACM, as far as it is certain that the
// policy is enforced, and validates.
func ServerNamesOf(r inventory.Reader, client *kinds.AppMeshVirtualNode) []ServerNames {
	var out []ServerNames
	for i := range client.Spec.Backends {
		b := &client.Spec.Backends[i].VirtualService
		field, policy := item("spec.backends", i)+".virtualService.clientPolicy.tls", b.ClientPolicy
		if policy == nil && client.Spec.BackendDefaults != nil {
			field, policy = "spec.backendDefaults.clientPolicy.tls", client.Spec.BackendDefaults.ClientPolicy
		}
		if policy == nil || policy.TLS == nil || policy.TLS.Enforce != nil && !*policy.TLS.Enforce {
			continue
		}
		if vs := resolve(r, virtualServices, b.VirtualServiceRef, b.VirtualServiceARN, client.Namespace); vs != nil {
			out = append(out, serverNames(r, field, policy.TLS, vs)...)
		}
	}
	return out
}

// resolve finds the object to which a reference leads; nil if there is none in
// this cluster.
func resolve[S any](r inventory.Reader, k appMeshKind[S], to *appmesh.Reference, arn, referrer string,
) *kinds.AppMesh[S] {
	if arn != "" {
		for o := range k.byARN.Everywhere(r, arn) {
			return o
		}
		return nil
	}
	if to == nil || to.Name == "" {
		return nil
	}
	ref := appMeshRef(k.Name, to, referrer)
	return k.Get(r, ref.Namespace, ref.Name)
}

func serverNames(r inventory.Reader, field string, policy *appmesh.ClientTLS, vs *kinds.AppMeshVirtualService,
) []ServerNames {
	var out []ServerNames
	for _, vn := range servingNodes(r, vs) {
		for i := range vn.Spec.Listeners {
			l := &vn.Spec.Listeners[i]
			arn := acmARN(l)
			if arn == "" || len(policy.Ports) > 0 && !slices.Contains(policy.Ports, l.PortMapping.Port) {
				continue
			}
			n := ServerNames{Field: field, Server: kinds.AppMeshVirtualNodes.Ref(vn.Namespace, vn.Name)}
			if n.Accepted, n.Implied = acceptedNames(policy, vn); len(n.Accepted) == 0 {
				continue
			}
			if n.ACM = kinds.AWSCertificates.Get(r, "", arn); n.ACM != nil && len(n.ACM.Names) > 0 {
				out = append(out, n)
			}
		}
	}
	return out
}

// acceptedNames are the names that a policy lists, or that by which a node is found.
func acceptedNames(policy *appmesh.ClientTLS, vn *kinds.AppMeshVirtualNode) (names []string, implied bool) {
	if s := policy.Validation.SubjectAlternativeNames; s != nil && len(s.Match.Exact) > 0 {
		return s.Match.Exact, false
	}
	d := vn.Spec.ServiceDiscovery
	switch {
	case d == nil:
	case d.DNS != nil && d.DNS.Hostname != "":
		return []string{d.DNS.Hostname}, true
	case d.AWSCloudMap != nil:
		return []string{d.AWSCloudMap.ServiceName + "." + d.AWSCloudMap.NamespaceName}, true
	}
	return nil, true
}

// servingNodes are the nodes that answer for a virtual service: its own, or those
// to which a route of its router sends something.
func servingNodes(r inventory.Reader, vs *kinds.AppMeshVirtualService) []*kinds.AppMeshVirtualNode {
	if vs.Spec.Provider == nil {
		return nil
	}
	var out []*kinds.AppMeshVirtualNode
	add := func(to *appmesh.Reference, arn, referrer string) {
		if vn := resolve(r, virtualNodes, to, arn, referrer); vn != nil && !slices.Contains(out, vn) {
			out = append(out, vn)
		}
	}
	if n := vs.Spec.Provider.VirtualNode; n != nil {
		add(n.VirtualNodeRef, n.VirtualNodeARN, vs.Namespace)
	}
	p := vs.Spec.Provider.VirtualRouter
	if p == nil {
		return out
	}
	vr := resolve(r, virtualRouters, p.VirtualRouterRef, p.VirtualRouterARN, vs.Namespace)
	if vr == nil {
		return out
	}
	for i := range vr.Spec.Routes {
		for _, t := range kinds.AppMeshTargets(&vr.Spec.Routes[i]) {
			if t.Weight > 0 {
				add(t.VirtualNodeRef, t.VirtualNodeARN, vr.Namespace)
			}
		}
	}
	return out
}

// Wild tells whether all names of the certificate are wildcards, which a client
// that must use TLS does not accept unless its policy lists names.
func (n *ServerNames) Wild() bool {
	return !slices.ContainsFunc(n.ACM.Names, func(name string) bool { return !strings.HasPrefix(name, "*.") })
}

// Mismatch tells whether the certificate has none of the accepted names, whether
// or not wildcards count.
func (n *ServerNames) Mismatch() bool {
	for _, accepted := range n.Accepted {
		for _, name := range n.ACM.Names {
			if covers(strings.ToLower(name), strings.ToLower(accepted)) {
				return false
			}
		}
	}
	return true
}

// covers tells whether a name in a certificate stands for a host.
func covers(name, host string) bool {
	_, domain, _ := strings.Cut(host, ".")
	return name == host || domain != "" && name == "*."+domain
}
