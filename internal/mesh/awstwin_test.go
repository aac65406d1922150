package mesh

import (
	"testing"
	"time"

	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const (
	meshARN = "arn:aws:appmesh:eu-west-1:1:mesh/prod"
	nodeARN = meshARN + "/virtualNode/cart_shop"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// inAWS is a mesh that is in AWS, swept at noon and five minutes before.
func inAWS(more ...*inventory.Object) *inventory.Store {
	s := inventory.New(kinds.Schema())
	m := &kinds.Mesh{Meta: kinds.Meta{Name: "prod"}, Spec: &appmesh.MeshSpec{}, AWSName: "prod"}
	m.Status = kinds.AppMeshStatus{ARN: meshARN, Active: "True"}
	for _, o := range append([]*inventory.Object{
		{Ref: kinds.Meshes.Ref("", "prod"), Value: m},
		(&kinds.AWSResource{ARN: meshARN, Mesh: "prod@1", Type: kinds.AWSTypeMesh, Name: "prod", Status: awsActive}).Object(),
		(&kinds.AWSSweep{Mesh: "prod@1", Began: noon, Previous: noon.Add(-5 * time.Minute)}).Object(),
	}, more...) {
		s.Apply(o)
	}
	return s
}

// A story of one node that is not in AWS: only two sweeps that began after its
// last change, by more than clocks may differ, make it missing.
func TestMissing(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*kinds.AppMeshVirtualNode)
		more   *inventory.Object
		want   bool
	}{
		"long unchanged":            {func(*kinds.AppMeshVirtualNode) {}, nil, true},
		"changed before both":       {func(n *kinds.AppMeshVirtualNode) { n.Changed = noon.Add(-7 * time.Minute) }, nil, true},
		"changed half a minute ago": {func(n *kinds.AppMeshVirtualNode) { n.Changed = noon.Add(-330 * time.Second) }, nil, false},
		"changed between the two":   {func(n *kinds.AppMeshVirtualNode) { n.Changed = noon.Add(-4 * time.Minute) }, nil, false},
		"not reconciled":            {func(n *kinds.AppMeshVirtualNode) { n.Generation = 2 }, nil, false},
		"not active":                {func(n *kinds.AppMeshVirtualNode) { n.Status.Active = "False" }, nil, false},
		"of no mesh":                {func(n *kinds.AppMeshVirtualNode) { n.Mesh.Name = "" }, nil, false},
		"one sweep": {
			func(*kinds.AppMeshVirtualNode) {},
			(&kinds.AWSSweep{Mesh: "prod@1", Began: noon}).Object(), false,
		},
		"gone for one sweep": {
			func(*kinds.AppMeshVirtualNode) {},
			(&kinds.AWSSweep{Mesh: "prod@1", Began: noon, Previous: noon.Add(-time.Hour), Recent: []string{nodeARN}}).Object(), false,
		},
		"the whole mesh is gone": {
			func(*kinds.AppMeshVirtualNode) {},
			&inventory.Object{Ref: kinds.AWSResources.Ref("prod@1", meshARN)}, false,
		},
		"there": {
			func(*kinds.AppMeshVirtualNode) {},
			(&kinds.AWSResource{ARN: nodeARN, Mesh: "prod@1"}).Object(), false,
		},
	} {
		n := &kinds.AppMeshVirtualNode{Meta: kinds.Meta{Namespace: "shop", Name: "cart"}, Spec: &appmesh.VirtualNodeSpec{}}
		n.Status, n.Mesh.Name = kinds.AppMeshStatus{ARN: nodeARN, Active: "True"}, "prod"
		test.change(n)
		s := inAWS()
		if test.more != nil {
			s.Apply(test.more)
		}
		twin, _ := TwinOf(&inventory.Object{Ref: kinds.AppMeshVirtualNodes.Ref("shop", "cart"), Value: n})
		if got := twin.Missing(s); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// What the cluster has lost is still in AWS as the last sweep knew it. It is left
// over only if sweeps that began after that find it.
func TestDepartedIsNoOrphan(t *testing.T) {
	node := (&kinds.AWSResource{ARN: nodeARN, Mesh: "prod@1", Type: kinds.AWSTypeVirtualNode, Name: "cart_shop"}).Object()
	s := inAWS(node)
	mesh := kinds.Meshes.Get(s, "", "prod")
	for _, test := range []struct {
		seen time.Time
		want int
	}{{noon.Add(time.Second), 0}, {noon.Add(-4 * time.Minute), 0}, {noon.Add(-7 * time.Minute), 1}} {
		s.Apply(&inventory.Object{Ref: kinds.AWSDepartures.Ref("", nodeARN), Value: &kinds.AWSDeparture{ARN: nodeARN, Seen: test.seen}})
		if got := AWSOrphans(s, mesh); len(got) != test.want {
			t.Errorf("lost at %s: %v", test.seen, got)
		}
	}
}
