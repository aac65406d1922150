package mesh

import (
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// IstiodPort is where istiod offers configuration and certificates to proxies.
const IstiodPort = 15012

// Egress tells whether the barrier stands on the side of the one who connects.
func (b Barrier) Egress() bool { return b.Direction == networkingv1.PolicyTypeEgress }

// CutFromIstiod tells whether NetworkPolicies certainly keep a proxy from every
// istiod of the cluster. It names the first istiod and what stands before it.
// Without any known istiod the answer is no.
func CutFromIstiod(r inventory.Reader, proxy *Template) (istiod inventory.Ref, by Barrier, cut bool) {
	if proxy.Spec.HostNetwork {
		return istiod, by, false
	}
	for t := range Templates(r, "", map[string]string{"app": "istiod"}) {
		if t.Ref.Namespace == proxy.Ref.Namespace && t.Ref == proxy.Ref {
			return istiod, by, false // istiod itself
		}
		reached, barrier := Reaches(r, proxy, &t, IstiodPort)
		if reached != No {
			return istiod, by, false
		}
		if !cut {
			istiod, by, cut = WorkloadOf(r, &t), barrier, true
		}
	}
	return istiod, by, cut
}
