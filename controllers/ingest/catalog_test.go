package ingest

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// A slow discovery must not hide the CRDs that came meanwhile: it is not asked
// again, and would stand for ever.
func TestALateDiscoveryIsIgnored(t *testing.T) {
	row, _ := kinds.Lookup(kinds.Sidecars.Name)
	served := map[string][]string{"sidecars.networking.istio.io": {"v1"}}
	c := &catalog{}
	asked := c.asking()
	c.hear(nil, true)
	c.discovered(served, asked)
	if p, _ := c.plan(row, true); p.state != inventory.NotInstalled {
		t.Errorf("by a late discovery: %+v", p)
	}
	c.discovered(served, c.asking())
	if p, _ := c.plan(row, true); p.version != "v1" {
		t.Errorf("by a discovery after the CRDs could not be read any longer: %+v", p)
	}
}
