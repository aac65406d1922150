package audit_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

var (
	edits = flag.Int("edits", manyEdits, "edits of TestIncrementalEqualsFromScratch, all stories together")
	seed  = flag.Uint64("seed", 1, "seed of the first story of TestIncrementalEqualsFromScratch")
)

// always compares after every step.
func always(int) bool { return true }

// aStory makes up the story of a seed: of a few fixtures, the bad and the
// good one of one check among them.
func aStory(seed uint64, worlds []documents) *story {
	dice := rand.New(rand.NewPCG(seed, 0))
	i := dice.IntN(len(worlds)-1) / 2 * 2
	docs := []documents{worlds[1+i], worlds[2+i]}
	for range dice.IntN(4) {
		docs = append(docs, choose(dice, worlds...))
	}
	return newAuthor(dice, docs...).write(fmt.Sprint(seed), 30)
}

// TestIncrementalEqualsFromScratch: after each step of a story, the engine's
// results are those of an audit of what is there now; at its end, its recorded
// reads are those of a fresh evaluation, and the ledger's reports those of a
// fresh start. A story in which it is not so is told in its shortest form;
// -seed N -edits 1 tells that of seed N alone.
func TestIncrementalEqualsFromScratch(t *testing.T) {
	worlds := fixtureWorlds(t)
	w := &witness{seen: map[string]bool{}, blind: map[string]bool{}}
	var told, next atomic.Int64
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for !t.Failed() && told.Load() < int64(*edits) {
				s := aStory(*seed+uint64(next.Add(1)-1), worlds)
				told.Add(int64(s.edits()))
				w.add(expectLaws(t, s))
			}
		})
	}
	group.Wait()
	t.Logf("%d edits in %d stories", told.Load(), next.Load())
	if *edits >= enough {
		w.expectAll(t)
	}
}

// enough edits let every check find something, and be unable to look.
const enough = 50_000

// expectLaws fails with the story if a law is broken in it.
func expectLaws(tb testing.TB, s *story) *replay {
	tb.Helper()
	r := newReplay(s.begin, analyzers.All)
	if r.follow(s, always) == "" {
		return r
	}
	short := s.shrunk(func(s *story) bool { return s.tell(analyzers.All, always) != "" })
	tb.Errorf("%s%s\nonce more: go test ./internal/audit -run TestIncrementalEqualsFromScratch -edits 1 -seed %s",
		short, short.tell(analyzers.All, always), s.name)
	return r
}

// witness sees that stories are about something.
type witness struct {
	sync.Mutex
	seen, blind map[string]bool
}

func (w *witness) add(r *replay) {
	w.Lock()
	defer w.Unlock()
	maps.Copy(w.seen, r.seen)
	maps.Copy(w.blind, r.blind)
}

func (w *witness) expectAll(t *testing.T) {
	t.Helper()
	for _, c := range analyzers.All {
		if !w.seen[c.ID()] || !w.blind[c.ID()] && c.Subject != analysis.Faulty {
			t.Errorf("no story is about %s: found %t, not evaluated %t", c.ID(), w.seen[c.ID()], w.blind[c.ID()])
		}
	}
}

// TestEverythingInOneStore: the same for all fixtures at once, where many
// subjects share buckets.
func TestEverythingInOneStore(t *testing.T) {
	dice := rand.New(rand.NewPCG(*seed, 1))
	s := newAuthor(dice, fixtureWorlds(t)...).write(fmt.Sprint(*seed), 400)
	if d := s.tell(analyzers.All, func(step int) bool { return step%40 == 0 }); d != "" {
		t.Errorf("seed %d: %s", *seed, d)
	}
}

// TestOrderDoesNotMatter: the same objects and states come to the same, in
// whatever order and batches they arrive.
func TestOrderDoesNotMatter(t *testing.T) {
	for i, world := range fixtureWorlds(t) {
		dice := rand.New(rand.NewPCG(uint64(i), 2))
		a := newAuthor(dice, world)
		var all []edit
		for i := range a.pristine {
			all = a.put(all, i, a.spoiltNowAndThen(a.pristine[i]))
		}
		for i := range 3 {
			all = append(all, a.state(i%len(a.pristine)))
		}
		all = lastOfEach(all)
		for order := range 10 {
			dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			s := &story{name: fmt.Sprintf("world %d order %d", i, order), begin: start}
			for rest := all; len(rest) > 0; {
				n := min(1+dice.IntN(6), len(rest))
				s.steps = append(s.steps, step{edits: rest[:n], hasty: dice.IntN(4)})
				rest = rest[n:]
			}
			s.steps = append(s.steps, step{})
			if d := s.tell(analyzers.All, func(int) bool { return false }); d != "" {
				t.Errorf("%s%s", s, d)
			}
		}
	}
}

func (a *author) spoiltNowAndThen(doc any) any {
	if a.IntN(8) == 0 {
		return a.spoilt(doc)
	}
	return doc
}

// lastOfEach leaves one edit for each object and each state, so that their
// order has no meaning.
func lastOfEach(all []edit) []edit {
	key := func(e edit) string {
		if e.put != nil {
			return e.put.Ref.String() + string(e.put.Ref.Kind)
		}
		return fmt.Sprint(e.state.Kind, e.state.Scope)
	}
	seen := map[string]bool{}
	var out []edit
	for _, e := range slices.Backward(all) {
		if !seen[key(e)] {
			seen[key(e)] = true
			out = append(out, e)
		}
	}
	return out
}

// TestAForgottenReadIsTold: a check that knows of the world by other ways than
// its pass is found out, in a story without anything that is beside the point.
func TestAForgottenReadIsTold(t *testing.T) {
	var world *replay
	liar := analysis.Check{Category: "routing", Analyzer: &analysis.Analyzer{
		Name: "liar", Severity: analysis.High, Subject: "Service",
		Run: func(p *analysis.Pass) {
			if world.services() > 1 {
				p.Report("", "there are more Services")
			}
		},
	}}
	broken := func(s *story) bool {
		world = newReplay(s.begin, []analysis.Check{liar})
		return world.follow(s, always) != ""
	}
	worlds := fixtureWorlds(t)
	for seed := uint64(1); ; seed++ {
		s := aStory(seed, worlds)
		if !broken(s) {
			continue
		}
		expectShortest(t, s.shrunk(broken), broken)
		return
	}
}

// expectShortest: nothing can be left out, and all is about Services.
func expectShortest(t *testing.T, s *story, broken func(*story) bool) {
	t.Helper()
	for at := range s.flat() {
		if broken(s.without(at, 1)) {
			t.Errorf("edit %d could be left out", at+1)
		}
	}
	for _, st := range s.steps {
		for _, e := range st.edits {
			if e.put == nil || e.put.Ref.Kind != kinds.Services.Name {
				t.Errorf("%s has nothing to do with it", e)
			}
		}
	}
	if !broken(s) || s.edits() > 3 {
		t.Errorf("%s", s)
	}
}

func (r *replay) services() int {
	n := 0
	for ref := range r.objects {
		if ref.Kind == kinds.Services.Name {
			n++
		}
	}
	return n
}
