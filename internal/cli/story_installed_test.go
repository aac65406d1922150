package cli

import (
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

const (
	istioNetworking    = "networking.istio.io"
	virtualServices    = "VirtualService.networking.istio.io"
	virtualServicesCRD = "virtualservices.networking.istio.io"
)

// Istio may be installed after MeshAudit, and removed before it.
func TestAKindIsAuditedFromItsInstallationToItsRemoval(t *testing.T) {
	c := newCluster(t)
	c.RemoveCRDs(t, istioNetworking)
	shop := c.Namespace(t)
	r := c.operate(t)
	r.settle(t)
	c.waitForState(t, virtualServices, v1alpha1.AvailabilityNotInstalled)
	for _, installed := range []string{istioNetworking, virtualServicesCRD} {
		c.InstallCRDs(t, installed)
		c.applyText(t, shop, route("cart", "cart", "kart"))
		c.waitForFindings(t, shop, "routing/unknownhost cart")
		c.waitForState(t, virtualServices, v1alpha1.AvailabilityListed)
		c.RemoveCRDs(t, virtualServicesCRD)
		c.waitForFindings(t, shop)
		c.waitForState(t, virtualServices, v1alpha1.AvailabilityNotInstalled)
	}
	r.stop()
	r.calm(t, 3, istioNetworking)
}

// waitForState waits until the cluster's report says so of a kind.
func (c *cluster) waitForState(t *testing.T, kind string, want v1alpha1.Availability) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		all, _ := c.reports(t)
		for _, k := range all.Status.Kinds {
			if k.Kind == kind && k.State == want {
				return nil
			}
		}
		return fmt.Errorf("%s is not %s in %+v", kind, want, all.Status.Kinds)
	})
}
