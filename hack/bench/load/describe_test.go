package load

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// everything makes all objects of a mesh as text.
func everything(t *testing.T, m *Mesh) []string {
	t.Helper()
	var out []string
	for _, o := range m.described() {
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}

// described makes all objects of a mesh, without what the API server adds.
func (m *Mesh) described() []client.Object {
	objects := installation()
	for n := range Probes {
		objects = append(objects, probe(n)...)
	}
	for n := range m.size.Namespaces {
		objects = append(objects, m.configs(n)...)
	}
	for a := range m.all() {
		s := &m.states[a.number]
		objects = append(objects, a.deployment(s.revision),
			a.replicaSet(s.revision-1, 0, s.deployment), a.replicaSet(s.revision, a.replicas, s.deployment))
		for slot := range a.replicas {
			objects = append(objects, a.pod(s, slot))
		}
	}
	return objects
}

func TestTheSameSeedMakesTheSameMesh(t *testing.T) {
	size := SizeOf(3000)
	one, same, other := New(size, 7), New(size, 7), New(size, 8)
	if !slices.Equal(everything(t, one), everything(t, same)) {
		t.Error("two meshes of one size and seed differ")
	}
	if slices.Equal(everything(t, one), everything(t, other)) {
		t.Error("meshes of different seeds are equal")
	}
}

func TestCountsAreThoseOfTheObjects(t *testing.T) {
	for _, size := range []Size{
		SizeOf(0), SizeOf(1), SizeOf(777), SizeOf(5000),
		{Namespaces: 30, Services: 7, Deployments: 11, Pods: 5},
		{Namespaces: 3, Services: 100, Deployments: 0, Pods: 0},
	} {
		m := New(size, 1)
		made := map[string]int{}
		for _, o := range m.described() {
			made[kindOf(o)]++
		}
		counts := m.Counts()
		maps.DeleteFunc(counts, func(_ string, n int) bool { return n == 0 })
		if !maps.Equal(counts, made) {
			t.Errorf("%+v: counts are %v, and there are %v", size, counts, made)
		}
	}
}

func TestOneApplicationInFiftyHasAMistake(t *testing.T) {
	m := New(SizeOf(100000), 1)
	n := len(m.mistakes)
	// No mistakes are made where there is no mesh, a tenth of the namespaces.
	if m.size != (Size{2000, 20000, 10000, 100000}) || n != 9000/mistaken {
		t.Errorf("%d mistakes in a mesh of size %+v", n, m.size)
	}
}

func TestNamesOfPodsTellSlotAndRestarts(t *testing.T) {
	m := New(SizeOf(200), 1)
	for a := range m.all() {
		set := a.setName(3)
		for _, restarts := range []int{0, 1, 2, 50000} {
			for slot := range a.replicas {
				gotSlot, gotRestarts, ok := a.readPod(set, a.podName(set, slot, restarts))
				if !ok || gotSlot != slot || gotRestarts != restarts {
					t.Fatalf("slot %d, restart %d: read as %d, %d, %v", slot, restarts, gotSlot, gotRestarts, ok)
				}
			}
		}
		if _, _, ok := a.readPod(set, a.podName(a.setName(2), 0, 0)); ok {
			t.Fatal("a Pod of another ReplicaSet is taken for one of this")
		}
	}
}

func TestEachApplicationIsFoundByItsNumber(t *testing.T) {
	for _, size := range []Size{SizeOf(777), {Namespaces: 30, Services: 7, Deployments: 11, Pods: 5}} {
		m := New(size, 1)
		for a := range m.all() {
			if found := m.find(a.number); found != a {
				t.Errorf("%+v: %+v is found as %+v", size, a, found)
			}
		}
	}
}

func TestTheSameSeedMakesTheSameChanges(t *testing.T) {
	m := New(SizeOf(1000), 1)
	row := func(seed uint64) []change {
		p := newPlan(m, seed)
		var out []change
		for i := range 4000 {
			out = append(out, p.next(sort(i%int(sorts))))
		}
		return append(out, p.back()...)
	}
	if !slices.Equal(row(1), row(1)) || slices.Equal(row(1), row(2)) {
		t.Error("the changes do not depend on the seed, or not on it alone")
	}
	left := map[change]int{} // by what is edited
	for _, c := range row(1) {
		edited := c.edited
		c.edited = false
		if c.sort == configEdit || c.sort == relabel {
			left[c]++
			if !edited {
				left[c] -= 2
			}
		}
	}
	for c, n := range left {
		if n != 0 {
			t.Errorf("%+v is left edited", c)
		}
	}
}
