package cli

import (
	"fmt"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// A newer Istio than ours writes what we do not know.
func TestAnObjectThatDoesNotDecodeHidesNoOther(t *testing.T) {
	const name = "peerauthentications.security.istio.io"
	c := newCluster(t)
	definition := envtesting.CRDs(t, name)[0]
	anything := true
	for i := range definition.Spec.Versions {
		definition.Spec.Versions[i].Schema.OpenAPIV3Schema = &apiextensionsv1.JSONSchemaProps{
			Type: "object", XPreserveUnknownFields: &anything,
		}
	}
	c.InstallCRD(t, definition)
	t.Cleanup(func() { c.RemoveCRDs(t, name) })
	shop, bank := c.Namespace(t), c.Namespace(t)
	r := c.operate(t)
	c.applyText(t, shop, peerPolicy("future", "POST_QUANTUM"))
	c.applyText(t, shop, route("cart", "cart", "kart"))
	for _, policy := range []string{"one", "two"} {
		c.applyText(t, bank, peerPolicy(policy, "STRICT"))
	}
	c.waitForFindings(t, bank, "mtls/duplicatepolicy one", "mtls/duplicatepolicy two")
	report := c.waitForReport(t, shop, func(s *v1alpha1.MeshAuditReportStatus) error {
		if len(s.Findings) != 2 {
			return fmt.Errorf("findings %+v", s.Findings)
		}
		return nil
	})
	fault := finding(t, &report.Status, "configuration/undecodable", "future")
	if fault.Field != "spec.mtls.mode" || !strings.Contains(fault.Message, "POST_QUANTUM") {
		t.Errorf("finding %+v", fault)
	}
	finding(t, &report.Status, "routing/unknownhost", "cart")

	c.applyText(t, shop, peerPolicy("future", "STRICT"))
	c.waitForFindings(t, shop, "routing/unknownhost cart")
	r.stop()
	r.calm(t, 0, "PeerAuthentication")
}
