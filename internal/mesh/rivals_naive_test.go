package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	networking "istio.io/api/networking/v1alpha3"
	security "istio.io/api/security/v1beta1"
	telemetry "istio.io/api/telemetry/v1alpha1"
	istiotype "istio.io/api/type/v1beta1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// naiveRivalry compares one object with each other.
func naiveRivalry[T any](self *T, all []*T, meta func(*T) *kinds.Meta, ref func(*T) inventory.Ref,
	rivals func(a, b *T) bool,
) mesh.Rivalry {
	var out mesh.Rivalry
	var oldest *kinds.Meta
	for _, other := range all {
		if other == self || !meta(other).Deleted.IsZero() || !oneRevision(meta(self), meta(other)) || !rivals(self, other) {
			continue
		}
		out.Count++
		out.First = append(out.First, ref(other))
		if m := meta(other); oldest == nil || mesh.Older(m, oldest) {
			oldest, out.Oldest = m, mesh.Peer{Ref: ref(other), Created: m.Created}
		}
	}
	slices.SortFunc(out.First, inventory.Ref.Compare)
	out.First = out.First[:min(len(out.First), 10)]
	return out
}

// oneRevision: one istiod leaves out what is labelled for another.
func oneRevision(a, b *kinds.Meta) bool {
	x, y := a.Labels[kinds.RevisionLabel], b.Labels[kinds.RevisionLabel]
	return x == "" || y == "" || x == y
}

func sameRivalry(a, b mesh.Rivalry) bool {
	return a.Count == b.Count && a.Oldest == b.Oldest && slices.Equal(a.First, b.First)
}

// dice makes random objects of a few namespaces, ages and revisions.
type dice struct{ *rand.Rand }

func (d dice) meta(i int) kinds.Meta {
	m := kinds.Meta{
		Namespace: []string{"a", "b", "c"}[d.IntN(3)], Name: fmt.Sprintf("o-%02d", i),
		Created: time.Unix(int64(d.IntN(5)), 0), Labels: map[string]string{},
	}
	if d.IntN(4) == 0 {
		m.Labels[kinds.RevisionLabel] = []string{"one", "two"}[d.IntN(2)]
	}
	if d.IntN(10) == 0 {
		m.Deleted = m.Created.Add(time.Hour)
	}
	return m
}

func (d dice) selector() map[string]string {
	out := map[string]string{}
	for _, k := range []string{"app", "version"} {
		if d.IntN(2) == 0 {
			out[k] = []string{"x", "y"}[d.IntN(2)]
		}
	}
	return out
}

func (d dice) virtualService(i int) *kinds.VirtualService {
	exports := [][]string{nil, {"*"}, {"."}, {"~"}, {"a"}, {"b", "c"}, {".", "c"}}
	vs := &kinds.VirtualService{Meta: d.meta(i), Spec: &networking.VirtualService{
		Hosts: []string{"x.example.com"}, ExportTo: exports[d.IntN(len(exports))],
	}}
	for range d.IntN(3) {
		route := &networking.HTTPRoute{}
		for range d.IntN(3) {
			m := &networking.HTTPMatchRequest{Port: uint32(80 * d.IntN(3))}
			if d.IntN(4) == 0 {
				m.SourceNamespace = "z"
			}
			route.Match = append(route.Match, m)
		}
		vs.Spec.Http = append(vs.Spec.Http, route)
	}
	return vs
}

// clientPorts are the ports of which any sidecar takes routes.
func clientPorts(vs *kinds.VirtualService) []uint32 {
	var out []uint32
	for _, route := range vs.Spec.GetHttp() {
		if len(route.GetMatch()) == 0 {
			out = append(out, 0)
		}
		for _, m := range route.GetMatch() {
			if m.GetSourceNamespace() == "" {
				out = append(out, m.GetPort())
			}
		}
	}
	return out
}

func competing(a, b *kinds.VirtualService) bool {
	alike := slices.ContainsFunc([]string{"a", "b", "c", "other"}, func(n string) bool {
		return tier(a, n) > 0 && tier(a, n) == tier(b, n)
	})
	return alike && slices.ContainsFunc(clientPorts(a), func(p uint32) bool {
		return slices.ContainsFunc(clientPorts(b), func(q uint32) bool { return p == q || p*q == 0 })
	})
}

// TestRivalsEqualNaiveOnes: what VirtualServices know of each other by way of
// summaries is what comparing each with each tells.
func TestRivalsEqualNaiveOnes(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(11, 12))}
	for range 300 {
		var all []*kinds.VirtualService
		var objects []*inventory.Object
		for i := range 2 + d.IntN(20) {
			vs := d.virtualService(i)
			all = append(all, vs)
			objects = append(objects, &inventory.Object{Ref: kinds.VirtualServices.Ref(vs.Namespace, vs.Name), Value: vs})
		}
		s := withObjects(objects...)
		for _, vs := range all {
			if !vs.Deleted.IsZero() {
				continue
			}
			want := naiveRivalry(vs, all, func(v *kinds.VirtualService) *kinds.Meta { return &v.Meta },
				func(v *kinds.VirtualService) inventory.Ref { return kinds.VirtualServices.Ref(v.Namespace, v.Name) }, competing)
			if got := mesh.Rivals(s, vs, "x.example.com"); !sameRivalry(got, want) {
				t.Fatalf("%s/%s:\n got %+v\nwant %+v", vs.Namespace, vs.Name, got, want)
			}
		}
	}
}

// workloads are the labels of Pods in every namespace of the dice.
var workloads = []map[string]string{{"app": "x"}, {"app": "x", "version": "y"}, {"app": "y", "version": "x"}}

func workloadPods() []*inventory.Object {
	var out []*inventory.Object
	for _, namespace := range []string{"a", "b", "c"} {
		for i, have := range workloads {
			p := &kinds.Pod{Meta: kinds.Meta{Namespace: namespace, Name: fmt.Sprint("pod-", i), Labels: have}, PodSpec: &kinds.PodSpec{}, Phase: "Running"}
			out = append(out, &inventory.Object{Ref: kinds.Pods.Ref(namespace, p.Name), Value: p})
		}
	}
	return out
}

// together tells whether two selectors are both empty, or both choose one of
// the workloads.
func together(a, b map[string]string) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return slices.ContainsFunc(workloads, func(have map[string]string) bool {
		return kinds.Selects(a, have) && kinds.Selects(b, have)
	})
}

func TestPeerRivalsEqualNaiveOnes(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(13, 14))}
	for range 300 {
		var all []*kinds.PeerAuthentication
		objects := workloadPods()
		for i := range 2 + d.IntN(20) {
			a := &kinds.PeerAuthentication{Meta: d.meta(i), Spec: &security.PeerAuthentication{
				Selector: &istiotype.WorkloadSelector{MatchLabels: d.selector()},
				Mtls:     &security.PeerAuthentication_MutualTLS{Mode: security.PeerAuthentication_MutualTLS_Mode(d.IntN(3))},
			}}
			all = append(all, a)
			objects = append(objects, &inventory.Object{Ref: kinds.PeerAuthentications.Ref(a.Namespace, a.Name), Value: a})
		}
		s := withObjects(objects...)
		for _, a := range all {
			if !a.Deleted.IsZero() {
				continue
			}
			alike := true
			want := naiveRivalry(a, all, func(v *kinds.PeerAuthentication) *kinds.Meta { return &v.Meta },
				func(v *kinds.PeerAuthentication) inventory.Ref {
					return kinds.PeerAuthentications.Ref(v.Namespace, v.Name)
				},
				func(x, y *kinds.PeerAuthentication) bool {
					rival := x.Namespace == y.Namespace &&
						together(x.Spec.GetSelector().GetMatchLabels(), y.Spec.GetSelector().GetMatchLabels())
					alike = alike && (!rival || x.Spec.GetMtls().GetMode() == y.Spec.GetMtls().GetMode())
					return rival
				})
			if got, same := mesh.PeerRivals(s, a); !sameRivalry(got, want) || same != alike {
				t.Fatalf("%s/%s:\n got %+v %t\nwant %+v %t", a.Namespace, a.Name, got, same, want, alike)
			}
		}
	}
}

func TestTelemetryRivalEqualsNaiveOne(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(15, 16))}
	for range 300 {
		var all []*kinds.Telemetry
		objects := workloadPods()
		for i := range 2 + d.IntN(20) {
			v := &kinds.Telemetry{Meta: d.meta(i), Spec: &telemetry.Telemetry{
				Selector: &istiotype.WorkloadSelector{MatchLabels: d.selector()},
			}}
			all = append(all, v)
			objects = append(objects, &inventory.Object{Ref: kinds.Telemetries.Ref(v.Namespace, v.Name), Value: v})
		}
		s := withObjects(objects...)
		for _, v := range all {
			if !v.Deleted.IsZero() {
				continue
			}
			want := naiveRivalry(v, all, func(v *kinds.Telemetry) *kinds.Meta { return &v.Meta },
				func(v *kinds.Telemetry) inventory.Ref { return kinds.Telemetries.Ref(v.Namespace, v.Name) },
				func(x, y *kinds.Telemetry) bool {
					return x.Namespace == y.Namespace &&
						together(x.Spec.GetSelector().GetMatchLabels(), y.Spec.GetSelector().GetMatchLabels())
				})
			if got, _ := mesh.TelemetryRival(s, v); got != want.Oldest {
				t.Fatalf("%s/%s: got %+v, want %+v", v.Namespace, v.Name, got, want.Oldest)
			}
		}
	}
}
