package mesh_test

import (
	"testing"
	"time"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestSidecarRival: as istiod sorts them, one with a workloadSelector counts
// before one without, then the older one, then the first by name; of files the
// age is not known.
func TestSidecarRival(t *testing.T) {
	given := &networking.WorkloadSelector{}
	cases := map[string]struct {
		own, other *networking.WorkloadSelector
		age, rival time.Time
		want       mesh.Answer
	}{
		"older":               {age: day(1), rival: day(2), want: mesh.Yes},
		"younger":             {age: day(2), rival: day(1), want: mesh.No},
		"same age, by name":   {age: day(1), rival: day(1), want: mesh.Yes},
		"files":               {want: mesh.Maybe},
		"selector, younger":   {own: given, age: day(2), rival: day(1), want: mesh.Yes},
		"no selector, older":  {other: given, age: day(1), rival: day(2), want: mesh.No},
		"selectors, in files": {own: given, other: given, want: mesh.Maybe},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			own, other := sidecarOf("a", c.own, c.age), sidecarOf("b", c.other, c.rival)
			s := withObjects(sidecarObject(own), sidecarObject(other))
			rival, _, counts := mesh.SidecarRival(s, own)
			if rival.Ref.Name != "b" || counts != c.want {
				t.Errorf("rival %q, counts %d: want b and %d", rival.Ref.Name, counts, c.want)
			}
		})
	}
}

func sidecarOf(name string, selector *networking.WorkloadSelector, created time.Time) *kinds.Sidecar {
	return &kinds.Sidecar{
		Meta: kinds.Meta{Namespace: "shop", Name: name, Created: created},
		Spec: &networking.Sidecar{WorkloadSelector: selector},
	}
}

func sidecarObject(s *kinds.Sidecar) *inventory.Object {
	return &inventory.Object{Ref: kinds.Sidecars.Ref(s.Namespace, s.Name), Value: s}
}
