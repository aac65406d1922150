package analyzers_test

import (
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

var (
	edits = flag.Int("edits", 1500, "random edits of TestIncrementalEqualsFromScratch")
	seed  = flag.Uint64("seed", 1, "seed of TestIncrementalEqualsFromScratch")
)

// world is the final state that a sequence of edits leads to, from which an
// engine can be started afresh.
type world struct {
	objects map[inventory.Ref]*inventory.Object
	states  map[inventory.StateChange]inventory.State // key without State
	now     time.Time
}

func newWorld() *world {
	return &world{
		objects: map[inventory.Ref]*inventory.Object{},
		states:  map[inventory.StateChange]inventory.State{}, now: now,
	}
}

// sorted lists the references in order, so that a seed tells the whole story.
func sorted(versions map[inventory.Ref][]*inventory.Object) []inventory.Ref {
	return slices.SortedFunc(maps.Keys(versions), inventory.Ref.Compare)
}

// TestIncrementalEqualsFromScratch: after random edits, changes of
// availability and time, the engine's results are those of an audit of what is
// there now.
func TestIncrementalEqualsFromScratch(t *testing.T) {
	config := audit.Engine(analyzers.All, func(p analysis.Panic) { t.Errorf("%s\n%s", p, p.Stack) })
	e := engine.New(config)
	w := newWorld()
	versions := pool(t)
	refs := sorted(versions)
	random := rand.New(rand.NewPCG(*seed, 0))
	e.Apply(w.begin(versions))
	e.Evaluate(w.now, nil)
	for n := range *edits {
		e.Apply(w.edit(random, refs, versions))
		e.Evaluate(w.now, nil)
		if n%10 == 0 && !w.matches(t, e, config) {
			t.Fatalf("after edit %d of seed %d", n, *seed)
		}
	}
	for _, r := range e.Verify(w.now, e.Subjects()) {
		t.Errorf("verification changed %s", r.Subject)
	}
	if e.Drift() != 0 {
		t.Errorf("drift %d", e.Drift())
	}
}

// pool gathers all values that the fixtures give to each reference.
func pool(t *testing.T) map[inventory.Ref][]*inventory.Object {
	t.Helper()
	versions := map[inventory.Ref][]*inventory.Object{}
	for _, f := range fixtures(t, "bad.yaml", "good.yaml") {
		for ref, o := range f.set.Batch(false).Objects {
			versions[ref] = append(versions[ref], o)
		}
	}
	return versions
}

// begin lists every kind, and puts the first version of every object.
func (w *world) begin(versions map[inventory.Ref][]*inventory.Object) inventory.Batch {
	var b inventory.Batch
	for _, info := range audit.Engine(nil, nil).Schema.Kinds() {
		w.set(&b, info.Kind, "", inventory.Listed)
	}
	for _, list := range versions {
		w.put(&b, list[0])
	}
	return b
}

func (w *world) set(b *inventory.Batch, k inventory.Kind, scope string, s inventory.State) {
	b.SetState(k, scope, s)
	w.states[inventory.StateChange{Kind: k, Scope: scope}] = s
}

func (w *world) put(b *inventory.Batch, o *inventory.Object) {
	b.Put(o)
	if o.Value == nil && o.Fault == nil {
		delete(w.objects, o.Ref)
		return
	}
	w.objects[o.Ref] = o
}

// edit makes one to three random changes.
func (w *world) edit(r *rand.Rand, refs []inventory.Ref, versions map[inventory.Ref][]*inventory.Object) inventory.Batch {
	var b inventory.Batch
	for range 1 + r.IntN(3) {
		ref := refs[r.IntN(len(refs))]
		switch n := r.IntN(20); {
		case n < 7:
			w.put(&b, &inventory.Object{Ref: ref})
		case n < 16:
			w.put(&b, versions[ref][r.IntN(len(versions[ref]))])
		case n == 16:
			w.put(&b, &inventory.Object{Ref: ref, Fault: &inventory.Fault{Field: "spec", Message: "odd"}})
		case n == 17:
			faulty := *versions[ref][0]
			faulty.Fault = &inventory.Fault{Field: "spec.mode", Message: "unknown value"}
			w.put(&b, &faulty)
		case n == 18:
			w.set(&b, ref.Kind, []string{"", ref.Namespace}[r.IntN(2)], inventory.State(r.IntN(7)))
			w.set(&b, ref.Kind, "", inventory.Listed)
		default:
			w.now = w.now.Add(time.Duration(r.IntN(600)) * time.Minute)
		}
	}
	return b
}

// batch is the world as one batch.
func (w *world) batch() inventory.Batch {
	var b inventory.Batch
	for _, o := range w.objects {
		b.Put(o)
	}
	for k, s := range w.states {
		b.SetState(k.Kind, k.Scope, s)
	}
	return b
}

func (w *world) matches(t *testing.T, e *engine.Engine, config engine.Config) bool {
	t.Helper()
	b := w.batch()
	expected := map[inventory.Ref]*analysis.Result{}
	for _, r := range engine.Audit(config, engine.Fill(config.Schema, b), w.now) {
		expected[r.Subject] = r
	}
	same := true
	e.Results(func(r *analysis.Result) {
		if !r.Equal(expected[r.Subject]) {
			same = false
			t.Errorf("%s:\nincremental  %+v\nfrom scratch %+v", r.Subject, r, expected[r.Subject])
		}
		delete(expected, r.Subject)
	})
	for ref, r := range expected {
		same = false
		t.Errorf("%s: incremental nothing\nfrom scratch %+v", ref, r)
	}
	return same
}
