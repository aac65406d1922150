package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// A world of two kinds: boxes, each of which names a lid. A lid may be absent.
type box struct{ Lid string }

type lid struct{ Colour string }

var (
	boxes = inventory.NewKind(&inventory.KindInfo{Kind: "Box", Namespaced: true, Equal: func(a, b any) bool {
		return *a.(*box) == *b.(*box)
	}})
	lids = inventory.NewKind(&inventory.KindInfo{Kind: "Lid", Namespaced: true, Equal: func(a, b any) bool {
		return *a.(*lid) == *b.(*lid)
	}})
	schema = inventory.NewSchema(boxes, lids)
	noon   = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
)

func ref(k inventory.Kind, name string) inventory.Ref {
	return inventory.Ref{Kind: k, Namespace: "attic", Name: name}
}

func lidBucket(name string) inventory.Bucket {
	return inventory.Bucket{Index: lids.Ref, Key: lids.RefKey(ref("Lid", name))}
}

// openBox reports boxes without their lid.
var openBox = analysis.Check{Category: "storage", Analyzer: &analysis.Analyzer{
	Name: "openbox", Severity: analysis.High, Subject: "Box",
	Run: func(p *analysis.Pass) {
		name := p.Subject().Value.(*box).Lid
		if len(p.Read(lidBucket(name))) == 0 {
			p.Report("spec.lid", "lid %q does not exist", name)
		}
	},
}}

type bench struct {
	*testing.T
	*engine.Engine
	runs   int
	panics []analysis.Panic
}

func start(t *testing.T, checks ...analysis.Check) *bench {
	t.Helper()
	b := &bench{T: t}
	for i := range checks {
		counted := *checks[i].Analyzer
		run := counted.Run
		counted.Run = func(p *analysis.Pass) { b.runs++; run(p) }
		checks[i].Analyzer = &counted
	}
	b.Engine = engine.New(engine.Config{
		Schema: schema, Checks: checks, Broken: func(p analysis.Panic) { b.panics = append(b.panics, p) },
	})
	var batch inventory.Batch
	batch.SetState("Box", "", inventory.Listed)
	batch.SetState("Lid", "", inventory.Listed)
	b.Apply(batch)
	return b
}

func (b *bench) put(objects ...*inventory.Object) []*analysis.Result {
	var batch inventory.Batch
	for _, o := range objects {
		batch.Put(o)
	}
	b.Apply(batch)
	return b.Evaluate(noon, nil)
}

func (b *bench) state(k inventory.Kind, s inventory.State) []*analysis.Result {
	var batch inventory.Batch
	batch.SetState(k, "", s)
	b.Apply(batch)
	return b.Evaluate(noon, nil)
}

func aBox(name, lidName string) *inventory.Object {
	return &inventory.Object{Ref: ref("Box", name), Value: &box{lidName}}
}

func aLid(name, colour string) *inventory.Object {
	return &inventory.Object{Ref: ref("Lid", name), Value: &lid{colour}}
}

func (b *bench) expect(results []*analysis.Result, want ...string) {
	b.Helper()
	var got []string
	for _, r := range results {
		got = append(got, fmt.Sprintf("%s %d findings %d not evaluated", r.Subject, len(r.Findings), len(r.NotEvaluated)))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		b.Errorf("results\n%q, want\n%q", got, want)
	}
}

// TestSeveralKindsOfSubjects: a check about several kinds runs once on each
// object of each, and not on those of others.
func TestSeveralKindsOfSubjects(t *testing.T) {
	var seen []string
	b := start(t, analysis.Check{Category: "storage", Analyzer: &analysis.Analyzer{
		Name: "marked", Severity: analysis.Low, Subject: "Box", Also: []inventory.Kind{"Lid"},
		Run: func(p *analysis.Pass) {
			switch r := p.Subject().Ref; r.Kind {
			case "Box", "Lid":
				seen = append(seen, string(r.Kind)+" "+r.Name)
				p.Report("", "is there")
			default:
				t.Errorf("run on %s", r)
			}
		},
	}})
	b.expect(b.put(aBox("a", "x"), aLid("x", "red")),
		"Lid attic/x 1 findings 0 not evaluated", "Box attic/a 1 findings 0 not evaluated")
	b.expect(b.put(aLid("x", "blue")))
	b.expect(b.put(&inventory.Object{Ref: ref("Lid", "x")}), "Lid attic/x 0 findings 0 not evaluated")
	if got := fmt.Sprint(seen); got != "[Lid x Box a Lid x]" {
		t.Errorf("looked at %s", got)
	}
	b.expect(b.state("Lid", inventory.Forbidden))
	b.expect(b.put(aBox("b", "x")), "Box attic/b 1 findings 0 not evaluated")
}

func TestMissedReadWakesWhenTheObjectAppears(t *testing.T) {
	b := start(t, openBox)
	b.expect(b.put(aBox("hat", "round")), "Box attic/hat 1 findings 0 not evaluated")
	b.expect(b.put(aLid("round", "red")), "Box attic/hat 0 findings 0 not evaluated")
	b.expect(b.put(&inventory.Object{Ref: ref("Lid", "round")}), "Box attic/hat 1 findings 0 not evaluated")
}

func TestUnrelatedChangeEvaluatesNothing(t *testing.T) {
	b := start(t, openBox)
	b.put(aBox("hat", "round"), aLid("round", "red"))
	before := b.runs
	b.expect(b.put(aLid("square", "red")))
	b.expect(b.put(aLid("round", "red")))
	if b.runs != before {
		t.Errorf("%d evaluations, want none", b.runs-before)
	}
}

func TestSubjectThatGoesIsForgotten(t *testing.T) {
	b := start(t, openBox)
	b.put(aBox("hat", "round"))
	b.expect(b.put(&inventory.Object{Ref: ref("Box", "hat")}), "Box attic/hat 0 findings 0 not evaluated")
	if n := b.Subjects(); n != 0 {
		t.Errorf("%d subjects remembered", n)
	}
}

func TestUnreadableKindIsNotEmpty(t *testing.T) {
	b := start(t, openBox)
	b.put(aBox("hat", "round"))
	b.expect(b.state("Lid", inventory.Forbidden), "Box attic/hat 0 findings 1 not evaluated")
	b.expect(b.state("Lid", inventory.Listed), "Box attic/hat 1 findings 0 not evaluated")
	b.expect(b.state("Box", inventory.Stale), "Box attic/hat 0 findings 1 not evaluated")
}

func TestOpaqueObjectHidesAnswersOfItsKind(t *testing.T) {
	all := analysis.Check{Category: "storage", Analyzer: &analysis.Analyzer{
		Name: "nolid", Severity: analysis.High, Subject: "Box",
		Run: func(p *analysis.Pass) {
			if len(p.Read(inventory.Bucket{Index: lids.Namespace, Key: inventory.Key{Scope: "attic"}})) == 0 {
				p.Report("", "no lid at all")
			}
		},
	}}
	b := start(t, all)
	b.expect(b.put(aBox("hat", "")), "Box attic/hat 1 findings 0 not evaluated")
	broken := &inventory.Object{Ref: ref("Lid", "odd"), Fault: &inventory.Fault{Field: "spec", Message: "is a list"}}
	b.expect(b.put(broken), "Box attic/hat 0 findings 1 not evaluated")
	b.expect(b.put(&inventory.Object{Ref: broken.Ref}), "Box attic/hat 1 findings 0 not evaluated")
}

func TestPanicStopsNoOtherCheckAndKeepsItsReads(t *testing.T) {
	nervous := analysis.Check{Category: "storage", Analyzer: &analysis.Analyzer{
		Name: "nervous", Severity: analysis.High, Subject: "Box",
		Run: func(p *analysis.Pass) {
			if len(p.Read(lidBucket("round"))) == 0 {
				panic("no lid")
			}
		},
	}}
	b := start(t, nervous, openBox)
	b.expect(b.put(aBox("hat", "round")), "Box attic/hat 1 findings 1 not evaluated")
	if len(b.panics) != 1 {
		t.Errorf("%d panics told, want 1", len(b.panics))
	}
	b.expect(b.put(aLid("round", "red")), "Box attic/hat 0 findings 0 not evaluated")
}

func TestReachedWakesAtTheTime(t *testing.T) {
	later := noon.Add(time.Hour)
	old := analysis.Check{Category: "storage", Analyzer: &analysis.Analyzer{
		Name: "old", Severity: analysis.Low, Subject: "Box",
		Run: func(p *analysis.Pass) {
			if p.Reached(later) {
				p.Report("", "is old since %s", later.Format(time.DateTime))
			}
		},
	}}
	b := start(t, old)
	b.expect(b.put(aBox("hat", "")))
	if at := b.NextWake(); !at.Equal(later) {
		t.Errorf("next wake %s, want %s", at, later)
	}
	b.expect(b.Evaluate(later.Add(-time.Nanosecond), nil))
	b.expect(b.Evaluate(later, nil), "Box attic/hat 1 findings 0 not evaluated")
	if at := b.NextWake(); !at.IsZero() {
		t.Errorf("next wake %s, want none", at)
	}
}

func TestVerifyHealsAndCountsDrift(t *testing.T) {
	moody := 0
	unfaithful := analysis.Check{Category: "storage", Analyzer: &analysis.Analyzer{
		Name: "moody", Severity: analysis.Low, Subject: "Box",
		Run: func(p *analysis.Pass) {
			if moody > 0 { // state outside the pass: the one thing that a check must not read
				p.Report("", "is moody")
			}
		},
	}}
	b := start(t, unfaithful)
	b.put(aBox("hat", ""))
	if r := b.Verify(noon, 10); len(r) != 0 || b.Drift() != 0 {
		t.Errorf("drift %d without a reason", b.Drift())
	}
	moody++
	b.expect(b.Verify(noon, 10), "Box attic/hat 1 findings 0 not evaluated")
	if b.Drift() != 1 {
		t.Errorf("drift %d, want 1", b.Drift())
	}
}

func TestSlicesEndWhenEnough(t *testing.T) {
	b := start(t, openBox)
	var batch inventory.Batch
	for i := range 10 {
		batch.Put(aBox(fmt.Sprint(i), "round"))
	}
	b.Apply(batch)
	if n := len(b.Evaluate(noon, func() bool { return b.runs >= 3 })); n != 3 || !b.Dirty() {
		t.Errorf("%d results, dirty %t; want 3 and more to come", n, b.Dirty())
	}
	// What was edited since goes first.
	r := b.put(aBox("urgent", "round"))
	if len(r) != 8 || r[0].Subject.Name != "urgent" {
		t.Errorf("%d results, the first %v; want the latest edit first", len(r), r[0].Subject)
	}
}

func TestRunawayCheckIsStoppedAndStopsNoOther(t *testing.T) {
	endless := analysis.Check{Category: "storage", Analyzer: &analysis.Analyzer{
		Name: "endless", Severity: analysis.High, Subject: "Box",
		Run: func(p *analysis.Pass) {
			p.Report("", "is found before the end")
			for {
				p.Read(lidBucket("round"))
			}
		},
	}}
	b := start(t, endless, openBox)
	r := b.put(aBox("hat", "round"))
	b.expect(r, "Box attic/hat 1 findings 1 not evaluated")
	if n := r[0].NotEvaluated[0]; n.Check.Name != "endless" || n.Reason != inventory.BudgetExceeded {
		t.Errorf("%+v", n)
	}
	if len(b.panics) != 1 || !strings.Contains(b.panics[0].String(), "endless gave up on Box attic/hat") {
		t.Errorf("told %v", b.panics)
	}
}

// Labels and UID come with what was found, and a change of them alone is handed
// out; of what has nothing to tell, and of what nobody could judge, they do not.
func TestLabelsComeWithWhatIsFound(t *testing.T) {
	b := start(t, openBox)
	config := b.Config
	config.Identify = func(r inventory.Reader, o *inventory.Object) (map[string]string, string) {
		for _, tag := range r.Read(lidBucket("tag of " + o.Ref.Name)) {
			return map[string]string{"colour": tag.Value.(*lid).Colour}, "u-" + o.Ref.Name
		}
		return nil, ""
	}
	b.Engine = engine.New(config)
	b.state("Box", inventory.Listed)
	b.state("Lid", inventory.Listed)
	wants := func(results []*analysis.Result, colour, uid string) {
		t.Helper()
		if len(results) != 1 || results[0].Labels["colour"] != colour || results[0].UID != uid {
			t.Errorf("results %+v, want one labelled %q of %q", results, colour, uid)
		}
	}
	wants(b.put(aBox("hat", "round")), "", "")
	wants(b.put(aLid("tag of hat", "red")), "red", "u-hat")
	wants(b.put(aLid("tag of hat", "blue")), "blue", "u-hat")
	wants(b.state("Lid", inventory.Forbidden), "", "")
	wants(b.state("Lid", inventory.Listed), "blue", "u-hat")
	wants(b.put(aLid("round", "red")), "", "")
	b.expect(b.put(aLid("tag of hat", "green")))
}
