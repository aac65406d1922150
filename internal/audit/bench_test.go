package audit_test

import (
	"runtime"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

var start = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func newEngine(tb testing.TB) *engine.Engine {
	tb.Helper()
	return engine.New(audit.Engine(analyzers.All, func(p analysis.Panic) { tb.Errorf("%s\n%s", p, p.Stack) }))
}

// filled is an engine that has evaluated the synthetic mesh.
func filled(tb testing.TB) *engine.Engine {
	tb.Helper()
	e := newEngine(tb)
	e.Apply(syntheticMesh())
	e.Evaluate(start, nil)
	return e
}

// BenchmarkFromScratch fills an engine with the synthetic mesh and evaluates
// all.
func BenchmarkFromScratch(b *testing.B) {
	mesh := syntheticMesh()
	for b.Loop() {
		e := newEngine(b)
		e.Apply(mesh)
		e.Evaluate(start, nil)
	}
	b.ReportMetric(float64(len(mesh.Objects)), "objects")
}

// BenchmarkHeap tells what the heap holds after an evaluation from scratch,
// objects included, over what it held before.
func BenchmarkHeap(b *testing.B) {
	floor := heapInUse()
	for b.Loop() {
		e := filled(b)
		b.ReportMetric((float64(heapInUse())-float64(floor))/(1<<20), "MiB-heap")
		runtime.KeepAlive(e)
	}
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkVirtualServiceEdit changes the host of one route.
func BenchmarkVirtualServiceEdit(b *testing.B) {
	e := filled(b)
	b.ResetTimer()
	editVirtualService(b.N, e)
}

func editVirtualService(n int, e *engine.Engine) {
	versions := [2]inventory.Batch{routed(false), routed(true)}
	for i := range n {
		e.Apply(versions[i%2])
		e.Evaluate(start, nil)
	}
}

func routed(mistake bool) inventory.Batch {
	bb := &builder{}
	bb.custom("networking.istio.io/v1", "VirtualService", "team-007", "vs-1", route(1, mistake))
	return bb.batch
}

// BenchmarkUnreadChurn puts the projected value of a Pod whose status changed
// in a way that no check reads.
func BenchmarkUnreadChurn(b *testing.B) {
	e := filled(b)
	b.ResetTimer()
	churn(b.N, e)
}

func churn(n int, e *engine.Engine) {
	owner := metav1.ObjectMeta{Namespace: "team-007", Name: "app-1-5d4f", UID: "team-007app-1rs"}
	p := pod(owner, "app-1-5d4f-3", map[string]string{"app": "app-1", "version": "v1"}, "app-1")
	p.Status.PodIPs = []corev1.PodIP{{IP: "10.1.2.3"}}
	bb := &builder{}
	bb.typed("Pod", p)
	for range n {
		e.Apply(bb.batch)
		e.Evaluate(start, nil)
	}
}

// BenchmarkRootEdit changes the mesh-wide PeerAuthentication.
func BenchmarkRootEdit(b *testing.B) {
	e := filled(b)
	b.ResetTimer()
	modes := [2]inventory.Batch{rootMode("PERMISSIVE"), rootMode("STRICT")}
	for i := range b.N {
		e.Apply(modes[i%2])
		e.Evaluate(start, nil)
	}
}

func rootMode(mode string) inventory.Batch {
	bb := &builder{}
	spec := map[string]any{"mtls": map[string]any{"mode": mode}}
	bb.custom("security.istio.io/v1", "PeerAuthentication", "istio-system", "default", spec)
	return bb.batch
}

// BenchmarkRatios fails if an edit costs more than a thousandth of an
// evaluation from scratch, or churn that no check reads more than a
// fifty-thousandth. Both sides are measured in one run, so that the machine
// does not matter.
func BenchmarkRatios(b *testing.B) {
	mesh := syntheticMesh()
	for b.Loop() {
		scratch := best(3, func() {
			e := newEngine(b)
			e.Apply(mesh)
			e.Evaluate(start, nil)
		})
		e := filled(b)
		edit := best(5, func() { editVirtualService(200, e) }) / 200
		unread := best(5, func() { churn(2000, e) }) / 2000
		ratio(b, "scratch/edit", scratch, edit, 1000)
		ratio(b, "scratch/churn", scratch, unread, 50000)
	}
}

func ratio(b *testing.B, name string, whole, part time.Duration, bar float64) {
	b.Helper()
	r := float64(whole) / float64(part)
	b.ReportMetric(r, name)
	if r < bar {
		b.Errorf("%s is %.0f, want at least %.0f (%v and %v)", name, r, bar, whole, part)
	}
}

var stopwatch clock.RealClock

// best is the shortest of several runs, after a garbage collection each.
func best(runs int, f func()) time.Duration {
	shortest := time.Duration(1<<63 - 1)
	for range runs {
		runtime.GC()
		began := stopwatch.Now()
		f()
		shortest = min(shortest, stopwatch.Since(began))
	}
	return shortest
}
