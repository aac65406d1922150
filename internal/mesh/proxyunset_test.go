package mesh_test

import (
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// What annotations displace of the installation's defaults is one mistake, and
// what nobody gives another.
func TestProxyUnset(t *testing.T) {
	const (
		app, shop    = "{name: app}", "---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}\n"
		cpu, memory  = "sidecar.istio.io/proxyCPU: 100m", "sidecar.istio.io/proxyMemory: 128Mi"
		requestsOnly = `{"requests": {"cpu": "100m", "memory": "128Mi"}}`
	)
	for _, tt := range []struct{ name, annotations, resources, want string }{
		{"all is given", "", someResources, "[]"},
		{"the installation gives requests alone", "", requestsOnly, "[memory limit]"},
		{"it gives nothing", "", "{}", "[cpu request memory request memory limit]"},
		{"an annotation displaces the rest", cpu, someResources, "[]"},
		{"an annotation displaces what there is", cpu, requestsOnly, "[memory limit]"},
		{"an annotation where there is nothing", cpu, "{}", "[memory request memory limit]"},
		{"annotations give what the installation does", cpu + ", " + memory, requestsOnly, "[memory limit]"},
	} {
		store := fromManifests(t, charts("default")+shop+injectorMap(tt.resources)+deployment(tt.annotations, "", app))
		w, _ := kinds.ResolveWorkload(store, kinds.Deployments.Ref("shop", "cart"))
		lacking, where := mesh.ProxyUnset(store, w)
		if got := fmt.Sprint(lacking); got != tt.want || len(lacking) > 0 && where != "new Pods" {
			t.Errorf("%s: %s in %s, want %s", tt.name, got, where, tt.want)
		}
	}
}
