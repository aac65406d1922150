package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func (r small) sidecar(n int) *kinds.Sidecar {
	s := &kinds.Sidecar{
		Meta: kinds.Meta{
			Namespace: "shop", Name: fmt.Sprint("s", n), Created: time.Unix(int64(1+r.IntN(3)), 0), Labels: map[string]string{},
		},
		Spec: &networking.Sidecar{},
	}
	if r.IntN(5) > 0 {
		s.Spec.WorkloadSelector = &networking.WorkloadSelector{Labels: r.labels("app", "tier")}
	}
	if r.IntN(4) == 0 {
		s.Labels[kinds.RevisionLabel] = pick(r, "one", "two")
	}
	if r.IntN(8) == 0 {
		s.Deleted = day(1)
	}
	return s
}

// sorted is istiod's order of the Sidecars of a namespace, of which the first
// that matches a proxy counts: with a selector, then older, then by name.
func sorted(all []*kinds.Sidecar) []*kinds.Sidecar {
	return slices.SortedStableFunc(slices.Values(all), func(a, b *kinds.Sidecar) int {
		x, y := a.Spec.GetWorkloadSelector() != nil, b.Spec.GetWorkloadSelector() != nil
		switch {
		case x != y && x:
			return -1
		case x != y:
			return 1
		}
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return slices.Compare([]rune(a.Name), []rune(b.Name))
	})
}

// TestSidecarRivalsAsIstiodSorts: another Sidecar is a rival exactly if both are
// for the whole namespace, or both select a workload that may have a sidecar;
// and the one counts that istiod's order has first.
func TestSidecarRivalsAsIstiodSorts(t *testing.T) {
	dice, some := small{rand.New(rand.NewPCG(8, 1))}, 0
	for range 2000 {
		var all []*kinds.Sidecar
		s := withObjects()
		for n := range 1 + dice.IntN(5) {
			all = append(all, dice.sidecar(n))
			s.Apply(sidecarObject(all[n]))
		}
		var pods []map[string]string
		for n := range dice.IntN(4) {
			p := &kinds.Pod{Meta: kinds.Meta{Namespace: "shop", Name: fmt.Sprint("p", n), Labels: dice.labels("app", "tier")}, PodSpec: &kinds.PodSpec{}}
			pods = append(pods, p.Labels)
			s.Apply(&inventory.Object{Ref: kinds.Pods.Ref("shop", p.Name), Value: p})
		}
		s.Refresh()
		for _, one := range all {
			if !one.Deleted.IsZero() {
				continue
			}
			rival, _, counts := mesh.SidecarRival(s, one)
			var rivals []*kinds.Sidecar
			for _, other := range all {
				if other != one && other.Deleted.IsZero() && oneRevision(&one.Meta, &other.Meta) && rivalSidecars(one, other, pods) {
					rivals = append(rivals, other)
				}
			}
			if (rival.Ref.Name != "") != (len(rivals) > 0) {
				t.Fatalf("%s of %v over %v: got %q, want one of %v", one.Name, all, pods, rival.Ref.Name, rivals)
			}
			if len(rivals) == 0 {
				continue
			}
			some++
			i := slices.IndexFunc(rivals, func(o *kinds.Sidecar) bool { return o.Name == rival.Ref.Name })
			if i < 0 {
				t.Fatalf("%s is no rival of %s", rival.Ref.Name, one.Name)
			}
			if first := sorted([]*kinds.Sidecar{one, rivals[i]})[0]; (counts == mesh.Yes) != (first == one) {
				t.Fatalf("%s and %s: counts %d", one.Name, rivals[i].Name, counts)
			}
		}
	}
	if some < 200 {
		t.Errorf("only %d rivals: the law was hardly tried", some)
	}
}

func rivalSidecars(a, b *kinds.Sidecar, pods []map[string]string) bool {
	x, y := mesh.SidecarLabels(a), mesh.SidecarLabels(b)
	if len(x) == 0 || len(y) == 0 {
		return len(x) == len(y)
	}
	return slices.ContainsFunc(pods, func(labels map[string]string) bool {
		return kinds.Selects(x, labels) && kinds.Selects(y, labels)
	})
}

// TestEgressHostsCover: an entry covers another one exactly if it has every host
// of every namespace that the other has, in a world with enough of both.
func TestEgressHostsCover(t *testing.T) {
	entries := []string{}
	for _, ns := range []string{"*", ".", "shop", "bank"} {
		for _, host := range []string{"*", "*.b.c", "*.c", "*.d", "a.b.c", "x.c", "c"} {
			entries = append(entries, ns+"/"+host)
		}
	}
	s := &kinds.Sidecar{
		Meta: kinds.Meta{Namespace: "shop"},
		Spec: &networking.Sidecar{Egress: []*networking.IstioEgressListener{{Hosts: append(entries, "~/*", "wrong", "/x", "x/")}}},
	}
	hosts := mesh.EgressHosts(s, 0)
	if len(hosts) != len(entries) {
		t.Fatalf("%d entries of %d", len(hosts), len(entries))
	}
	world := []string{"a.b.c", "z.b.c", "x.c", "y.c", "c", "u.d", "elsewhere"}
	has := func(h mesh.EgressHost, ns, host string) bool {
		return (h.Namespace == "*" || h.Namespace == ns) && (h.Host == host || h.Host[0] == '*' && strings.HasSuffix(host, h.Host[1:]))
	}
	for _, a := range hosts {
		for _, b := range hosts {
			all := true
			for _, ns := range []string{"shop", "bank", "other"} {
				for _, host := range world {
					all = all && (has(a, ns, host) || !has(b, ns, host))
				}
			}
			if got := a.Covers(b); got != all {
				t.Errorf("%s covers %s: got %t", a.Text, b.Text, got)
			}
		}
		if a.Everything() != (a.Text == "*/*") || a.Own != (a.Text[0] == '.') {
			t.Errorf("%+v", a)
		}
	}
}
