package mesh_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestFindSubset(t *testing.T) {
	const subset = "subsets: [{name: v1}]"
	const host = "host: x.svcs.svc.cluster.local, "
	tests := []struct {
		name, exportTo, rules string
		found                 bool
		declared              int
	}{
		{"none", "", "", false, 0},
		{"none that has it", "", destinationRule("svcs", "a", host+"subsets: [{name: v2}]"), false, 0},
		{"of the host", `["."]`, destinationRule("svcs", "a", "host: x, "+subset), true, 1},
		{"of the host, private", `["."]`, destinationRule("svcs", "a", `host: x, exportTo: ["."], `+subset), false, 1},
		{"of the host, private, for all", "", destinationRule("svcs", "a", `host: x, exportTo: ["."], `+subset), true, 1},
		{"of the host, for the client", `[shop]`, destinationRule("svcs", "a", `host: x, exportTo: [shop], `+subset), true, 1},
		{"of the host, under the client's", `["."]`, destinationRule("svcs", "a", "host: x, "+subset) +
			destinationRule("shop", "b", `host: "*.svcs.svc.cluster.local"`), false, 1},
		{"of one client", `["."]`, destinationRule("shop", "a", host+subset), true, 1},
		{"of another namespace", `["."]`, destinationRule("ops", "a", host+subset), false, 1},
		{"of another namespace, for all", "", destinationRule("ops", "a", host+subset), true, 1},
		{"of one of two clients", `[shop, ops]`, destinationRule("ops", "a", host+subset), true, 1},
		{"of the root", `["."]`, destinationRule("root", "a", `host: "*.local", `+subset), true, 1},
		{"of the root, under the host's", `["."]`, destinationRule("root", "a", `host: "*.local", `+subset) +
			destinationRule("svcs", "b", "host: x"), false, 1},
		{"for some workloads", `["."]`, destinationRule("ops", "a", host+"workloadSelector: {matchLabels: {a: b}}, "+subset), true, 1},
		{"merged", `["."]`, destinationRule("svcs", "a", "host: x") + destinationRule("svcs", "b", host+subset), true, 1},
	}
	for _, tt := range tests {
		exportTo := ""
		if tt.exportTo != "" {
			exportTo = ", exportTo: " + tt.exportTo
		}
		s := fromManifests(t, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: vs, namespace: shop}
spec: {hosts: [vs], http: [{route: [{destination: {host: x.svcs.svc.cluster.local, subset: v1}}]}]`+exportTo+`}
`+configMap("istio-system", "istio", "rootNamespace: root")+tt.rules)
		vs := kinds.VirtualServices.Get(s, "shop", "vs")
		for d := range mesh.Destinations(vs) {
			got := mesh.FindSubset(s, vs, &d, []string{"svcs"})
			if got.Found != tt.found || len(got.Declared) != tt.declared {
				t.Errorf("%s: %+v", tt.name, got)
			}
		}
	}
}
