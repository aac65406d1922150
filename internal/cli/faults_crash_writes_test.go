package cli

import (
	"maps"
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// The operator dies before and after each of its writes: of the demo's first
// reports, of what breaks then, and of what mends it. What the next one finds
// is at each time another half-done work.
func TestAfterACrashAtAnyWriteTheReportsAreThoseOfAFreshStart(t *testing.T) {
	w := newSamples(t)
	edits := []struct {
		name string
		make func()
	}{
		{"the samples are there", nil},
		{"a Service goes", func() { w.remove(t, "v1", "Service", "shop", "cart") }},
		{"the mesh gets permissive", func() { w.setMode(t, "PERMISSIVE") }},
		{"the Service comes back", func() { w.applyObject(t, w.object(t, "Service", "cart")) }},
		{"the mesh gets strict", func() { w.setMode(t, "STRICT") }},
		{"the demo mends", func() { w.remove(t, "networking.istio.io/v1", "DestinationRule", "sample-mtls", "ledger") }},
	}
	var want []state
	for _, edit := range edits {
		if edit.make != nil {
			edit.make()
		}
		want = append(want, w.fresh(t))
	}
	w.applyObject(t, w.object(t, "DestinationRule", "ledger"))
	w.forget(t)
	seen, went, before := memory{}, past{}, state{}
	for i, edit := range edits {
		went.turn(t, before, want[i])
		before = want[i]
		if !t.Run(edit.name, func(t *testing.T) { w.crash(t, edit.make, want[i], seen); went.kept(t, w.went(t)) }) {
			return
		}
	}
}

func (w *samples) setMode(t *testing.T, mode string) {
	t.Helper()
	w.applyText(t, "istio-system", peerPolicy("default", mode))
}

// crash makes an edit under a running operator, which dies at its first write,
// as do all that follow, until one has nothing to write any more.
func (w *samples) crash(t *testing.T, edit func(), want state, seen memory) {
	t.Helper()
	g := newGate()
	r := w.operate(t)
	if edit != nil {
		r.settle(t)
		l := g.life()
		r.through(l.layer)
		edit()
		<-l.wrote
		r.kill()
		r = w.next(t, seen)
	}
	l := g.life()
	for r.through(l.layer); l.ends(t, r); r.through(l.layer) {
		r = w.next(t, seen)
		l = g.life()
	}
	if err := w.state(t).differs(want); err != nil {
		t.Error(err)
	}
	seen.add(t, w.firstSeen(t))
	r.through(nil)
	w.quiet(t, r)
	r.stop()
	g.judge(t)
}

// next starts an operator after the death of another, and books what that one
// left.
func (w *samples) next(t *testing.T, seen memory) *replica {
	t.Helper()
	seen.add(t, w.firstSeen(t))
	w.freeLease(t)
	return w.operate(t)
}

// ends waits until the operator either is at its first write, and kills it, or
// has nothing to write.
func (l *life) ends(t *testing.T, r *replica) bool {
	t.Helper()
	killed := false
	envtesting.WaitFor(t, func() error {
		select {
		case <-l.wrote:
			r.kill()
			killed = true
			return nil
		default:
			return r.settled(t)
		}
	})
	return killed
}

// judge fails the test unless each write met both fates.
func (g *gate) judge(t *testing.T) {
	t.Helper()
	if len(g.unsure) == 0 {
		t.Error("nothing was written")
	}
	for write := range g.lost {
		if !g.unsure[write] {
			t.Errorf("%s never reached the API server", write)
		}
	}
	t.Logf("%d writes, each lost once and unanswered once: %v", len(g.unsure), slices.Sorted(maps.Keys(g.unsure)))
}
