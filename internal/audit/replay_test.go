package audit_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// replay follows a story with an engine and a ledger, as the operator does, and
// keeps the world that it leads to, from which both can be started afresh.
type replay struct {
	config  engine.Config
	engine  *engine.Engine
	ledger  *findings.Ledger
	strict  *findings.Ledger // shows everything, whatever the policy
	shown   map[string]findings.Finding
	objects map[inventory.Ref]*inventory.Object
	states  map[inventory.StateChange]inventory.State // key without State
	now     time.Time
	policy  findings.Policy
	panics  []string
	// seen are the checks that found something, and those that could not look,
	// when the results were compared.
	seen, blind map[string]bool
}

func newReplay(begin time.Time, checks []analysis.Check) *replay {
	r := &replay{
		objects: map[inventory.Ref]*inventory.Object{}, now: begin,
		states: map[inventory.StateChange]inventory.State{}, policy: findings.Policy{Profile: analysis.Recommended},
		seen: map[string]bool{}, blind: map[string]bool{},
	}
	r.config = audit.Engine(checks, nil)
	fresh := r.config
	r.config.Broken = func(p analysis.Panic) { r.panics = append(r.panics, fmt.Sprintf("%s\n%s", p, p.Stack)) }
	fresh.Broken = func(analysis.Panic) {} // told once is enough
	r.engine, r.config = engine.New(r.config), fresh
	r.ledger, r.strict = r.newLedger(), r.newLedger()
	r.strict.SetPolicy(findings.Policy{Profile: analysis.Strict})
	b := everythingListed()
	r.note(&b)
	r.apply(b, 0)
	return r
}

func (r *replay) newLedger() *findings.Ledger {
	return findings.New(audit.Ledger("", func() time.Time { return r.now }, nil))
}

// look says how often a replay compares.
type look func(step int) bool

// tell replays a story and tells what the laws are broken by, "" if by nothing.
func (s *story) tell(checks []analysis.Check, at look) string {
	return newReplay(s.begin, checks).follow(s, at)
}

func (r *replay) follow(s *story, at look) string {
	for i, st := range s.steps {
		r.step(st)
		d := r.forgotten()
		if d == "" && !r.engine.Dirty() && at(i) {
			d = r.difference()
		}
		if d != "" {
			return fmt.Sprintf("after step %d: %s", i+1, d)
		}
	}
	r.step(step{})
	if d := r.difference(); d != "" {
		return "at the end: " + d
	}
	return r.end()
}

// step takes one batch.
func (r *replay) step(st step) {
	var b inventory.Batch
	for _, e := range st.edits {
		switch {
		case e.put != nil:
			b.Put(e.put)
		case e.drop != "":
			b.Drop(e.drop)
		case e.state != nil:
			b.SetState(e.state.Kind, e.state.Scope, e.state.State)
		case e.policy != nil:
			r.policy = e.policy.Policy
			r.ledger.SetPolicy(r.policy)
		}
		r.now = r.now.Add(e.later)
	}
	r.note(&b)
	r.apply(b, st.hasty)
}

// note keeps what a batch makes of the world.
func (r *replay) note(b *inventory.Batch) {
	for _, k := range b.Drops {
		maps.DeleteFunc(r.objects, func(ref inventory.Ref, _ *inventory.Object) bool { return ref.Kind == k })
	}
	for _, c := range b.States {
		r.states[inventory.StateChange{Kind: c.Kind, Scope: c.Scope}] = c.State
	}
	for ref, o := range b.Objects {
		r.objects[ref] = o
		if o.Value == nil && o.Fault == nil {
			delete(r.objects, ref)
		}
	}
}

func (r *replay) apply(b inventory.Batch, hasty int) {
	for _, c := range r.engine.Apply(b) {
		follow(r.ledger, c)
		follow(r.strict, c)
	}
	var enough func() bool
	if hasty > 0 {
		enough = func() bool { hasty--; return hasty == 0 }
	}
	changed := r.engine.Evaluate(r.now, enough)
	for _, l := range []*findings.Ledger{r.ledger, r.strict} {
		l.Update(changed, b.States, !r.engine.Dirty())
	}
}

// follow tells the ledger of namespaces, as the operator does.
func follow(l *findings.Ledger, c inventory.Change) {
	switch {
	case c.New != nil && c.New.Ref.Kind == kinds.Namespaces.Name:
		l.SetNamespace(audit.Namespace(c.New))
	case c.New == nil && c.Old.Ref.Kind == kinds.Namespaces.Name:
		l.DeleteNamespace(c.Old.Ref.Name)
	}
}

// world is what there is now as one batch.
func (r *replay) world() inventory.Batch {
	var b inventory.Batch
	for _, o := range r.objects {
		b.Put(o)
	}
	for k, s := range r.states {
		b.SetState(k.Kind, k.Scope, s)
	}
	return b
}

// difference compares the engine's results with those of an audit of what is
// there now.
func (r *replay) difference() string {
	if len(r.panics) > 0 {
		return strings.Join(r.panics, "\n")
	}
	expected := map[inventory.Ref]*analysis.Result{}
	for _, result := range engine.Audit(r.config, engine.Fill(r.config.Schema, r.world()), r.now) {
		expected[result.Subject] = result
	}
	var out []string
	r.engine.Results(func(got *analysis.Result) {
		r.witness(got)
		if want := expected[got.Subject]; !got.Equal(want) {
			out = append(out, differ(got, want))
		}
		delete(expected, got.Subject)
	})
	for _, want := range expected {
		out = append(out, differ(nil, want))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func (r *replay) witness(result *analysis.Result) {
	for i := range result.Findings {
		r.seen[result.Findings[i].Check.ID()] = true
	}
	for _, n := range result.NotEvaluated {
		r.blind[n.Check.ID()] = true
	}
}

func differ(incremental, fresh *analysis.Result) string {
	subject := fresh
	if fresh == nil {
		subject = incremental
	}
	return fmt.Sprintf("%s\nincremental  %s\nfrom scratch %s", subject.Subject, results(incremental), results(fresh))
}

func results(r *analysis.Result) string {
	if r == nil {
		return "nothing"
	}
	var lines []string
	for i := range r.Findings {
		f := &r.Findings[i]
		lines = append(lines, fmt.Sprintf("%s %s %s: %s %v", f.Severity, f.Check.ID(), f.Field, f.Message, f.Related))
	}
	for _, n := range r.NotEvaluated {
		lines = append(lines, fmt.Sprintf("%s: %s %v", n.Check.ID(), n.Reason, n.Kinds))
	}
	return strings.Join(lines, "\n             ")
}
