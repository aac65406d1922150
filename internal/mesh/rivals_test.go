package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// tier is where a namespace's sidecars find a VirtualService in the order of
// istiod's SelectVirtualServices; 0 if they do not see it.
func tier(vs *kinds.VirtualService, namespace string) int {
	to := vs.Spec.GetExportTo()
	switch {
	case len(to) == 0 || slices.Contains(to, "*"):
		return 3
	case slices.Contains(to, "~"):
		return 0
	case vs.Namespace == namespace && (slices.Contains(to, ".") || slices.Contains(to, namespace)):
		return 1
	case vs.Namespace != namespace && slices.Contains(to, namespace):
		return 2
	}
	return 0
}

// TestRivalsSeenAlike: two VirtualServices are rivals exactly if some namespace
// sees both in one tier.
func TestRivalsSeenAlike(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	exports := [][]string{nil, {"*"}, {"."}, {"~"}, {"a"}, {"b"}, {"c"}, {"a", "b"}, {".", "c"}}
	for range 2000 {
		pair := make([]*kinds.VirtualService, 2)
		var objects []*inventory.Object
		for i := range pair {
			pair[i] = &kinds.VirtualService{
				Meta: kinds.Meta{Namespace: []string{"a", "b", "c"}[random.IntN(3)], Name: fmt.Sprint("vs", i)},
				Spec: &networking.VirtualService{
					Hosts: []string{"x.example.com"}, ExportTo: exports[random.IntN(len(exports))],
					Http: []*networking.HTTPRoute{{}},
				},
			}
			objects = append(objects, &inventory.Object{Ref: kinds.VirtualServices.Ref(pair[i].Namespace, pair[i].Name), Value: pair[i]})
		}
		s := withObjects(objects...)
		want := slices.ContainsFunc([]string{"a", "b", "c", "other"}, func(n string) bool {
			return tier(pair[0], n) > 0 && tier(pair[0], n) == tier(pair[1], n)
		})
		for i := range pair {
			if got := mesh.Rivals(s, pair[i], "x.example.com"); (got.Count == 1) != want {
				t.Fatalf("%v and %v: %v", pair[i], pair[1-i], got)
			}
		}
	}
}

// TestRivalsUnderSidecars: what a Sidecar for the mesh keeps apart are no
// rivals; other Sidecars prove nothing.
func TestRivalsUnderSidecars(t *testing.T) {
	const pair = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: one, namespace: a}
spec: {hosts: [api.example.com], http: [{route: [{destination: {host: api.example.com}}]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: two, namespace: b}
spec: {hosts: [api.example.com], http: [{route: [{destination: {host: api.example.com}}]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: three, namespace: a}
spec: {hosts: [api.example.com], http: [{match: [{gateways: [public]}], route: [{destination: {host: api.example.com}}]}]}
`
	sidecar := func(namespace, spec string) string {
		return "---\napiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: s, namespace: " + namespace + "}\nspec: {" + spec + "}\n"
	}
	for manifests, want := range map[string]int{
		"": 1,
		sidecar("istio-system", `egress: [{hosts: ["./*"]}]`):                                     0,
		sidecar("istio-system", `egress: [{hosts: ["./*"]}, {hosts: ["*/*.example.com"]}]`):       1,
		sidecar("istio-system", `workloadSelector: {labels: {a: b}}, egress: [{hosts: ["./*"]}]`): 1,
		sidecar("a", `egress: [{hosts: ["./*"]}]`):                                                1,
	} {
		s := fromManifests(t, pair+manifests)
		if got := mesh.Rivals(s, kinds.VirtualServices.Get(s, "a", "one"), "api.example.com"); got.Count != want {
			t.Errorf("%s: %v", manifests, got)
		}
	}
}
