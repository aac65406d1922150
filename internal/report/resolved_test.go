package report_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/report"
)

// replica is a leader, or one that believes to be, that keeps one report.
type replica struct {
	ledger *findings.Ledger
	shown  *report.Shown
}

// publish gives the status that the replica writes at a time.
func (r *replica) publish(t *testing.T, at time.Time) v1alpha1.MeshAuditReportStatus {
	t.Helper()
	v, o := view(t, r.ledger, "shop"), whole
	o.Resolved = o.Resolve(r.shown, r.shown.Changes(v), v, at)
	r.shown = &report.Shown{View: v, Resolved: o.Resolved}
	return stored(t, report.Namespaced(v, o))
}

// restart gives the replica that comes after, which knows but the report.
func restart(l *findings.Ledger, s v1alpha1.MeshAuditReportStatus) *replica {
	return &replica{l, report.ReadBack(&s.ReportStatus, report.Restore(&s.ReportStatus, report.ByID(checks)))}
}

func TestAFixIsRemembered(t *testing.T) {
	r := &replica{newLedger(noon), report.Nothing()}
	cart := finding(unknownHost, "shop", "cart", "spec.http[0]")
	update(r.ledger, cart, finding(noPort, "shop", "card", "spec"))
	r.publish(t, noon)
	fix(r.ledger, cart)
	s := r.publish(t, noon.Add(time.Minute+time.Millisecond))
	wantParts(t, text(t, s), `"resolved":[{"id":"`+cart.ID+`","check":"routing/unknownhost","severity":"High","subject":`+
		`{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","namespace":"shop","name":"cart"},`+
		`"field":"spec.http[0]","firstSeen":"2026-11-23T12:00:00Z","resolvedAt":"2026-11-23T12:01:00Z"}]`)
	r = restart(r.ledger, s)
	if again := r.publish(t, noon.Add(time.Hour)); text(t, again) != text(t, s) {
		t.Errorf("after a restart:\n%s\nbefore:\n%s", text(t, again), text(t, s))
	}
	update(r.ledger, cart)
	if s := r.publish(t, noon.Add(time.Hour)); len(s.Resolved) != 0 || len(s.Findings) != 2 {
		t.Errorf("what is wrong again counts as resolved: %s", text(t, s))
	}
}

// The list of what went is, over a long random life with restarts, what a naive
// one is: the newest first, of the same second the worst, twenty at most, and
// nothing that is wrong.
func TestTheListOfWhatWent(t *testing.T) {
	for seed := range uint64(5) {
		dice := rand.New(rand.NewPCG(seed, 0))
		r := &replica{newLedger(noon), report.Nothing()}
		pool, wrong := many(60), map[string]bool{}
		var want []string
		for second := range 40 {
			was := wrong
			wrong = map[string]bool{}
			for _, f := range pool {
				if stays := dice.IntN(8); was[f.ID] && stays > 0 || stays == 0 {
					wrong[f.ID] = true
					update(r.ledger, f)
				} else {
					fix(r.ledger, f)
				}
			}
			want = naive(pool, want, was, wrong)
			s := r.publish(t, noon.Add(time.Duration(second)*time.Second))
			if got := ids(s.Resolved); !slices.Equal(got, want) {
				t.Fatalf("seed %d, second %d: went %v, want %v", seed, second, got, want)
			}
			if dice.IntN(4) == 0 {
				r = restart(r.ledger, s)
			}
		}
	}
}

// naive adds what went, in front of what had gone and is not back.
func naive(pool []analysis.Finding, list []string, was, wrong map[string]bool) []string {
	gone := slices.DeleteFunc(slices.Clone(pool), func(f analysis.Finding) bool { return !was[f.ID] || wrong[f.ID] })
	slices.SortFunc(gone, func(a, b analysis.Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), strings.Compare(a.Subject.Name, b.Subject.Name))
	})
	var out []string
	for i := range gone {
		out = append(out, gone[i].ID)
	}
	for _, id := range list {
		if !wrong[id] {
			out = append(out, id)
		}
	}
	return out[:min(len(out), 20)]
}

func ids(list []v1alpha1.Resolved) (out []string) {
	for i := range list {
		out = append(out, list[i].ID)
	}
	return out
}

// What went is content, and when it went is not.
func TestADigestLeavesOutWhenSomethingWent(t *testing.T) {
	var digests []report.Digest
	for _, at := range []time.Time{noon, noon.Add(time.Hour)} {
		r := &replica{newLedger(at), report.Nothing()}
		update(r.ledger, many(2)...)
		r.publish(t, at)
		fix(r.ledger, many(1)[0])
		s := r.publish(t, at.Add(time.Minute))
		digests = append(digests, report.NamespacedDigest(s))
		if s.Resolved = nil; report.NamespacedDigest(s) == digests[0] {
			t.Error("what went makes no difference")
		}
	}
	if digests[0] != digests[1] {
		t.Error("the digests differ")
	}
}

// Two replicas that both believe to lead come to agree since when and until when
// something was wrong, and believe nobody else.
func TestTwoLeadersAgreeWhenSomethingWent(t *testing.T) {
	first, second := &replica{newLedger(noon), report.Nothing()}, &replica{newLedger(noon.Add(2 * time.Second)), report.Nothing()}
	list := many(2)
	for i, r := range []*replica{first, second} {
		update(r.ledger, list...)
		r.publish(t, noon)
		fix(r.ledger, list[0])
		r.publish(t, noon.Add(time.Duration(3-i)*time.Minute/2))
	}
	ours, theirs := first.publish(t, noon), second.publish(t, noon)
	first.shown = whole.Agree(first.shown, theirs.Resolved, noon.Add(time.Hour))
	second.shown = whole.Agree(second.shown, ours.Resolved, noon.Add(time.Hour))
	a, b := first.publish(t, noon).Resolved, second.publish(t, noon).Resolved
	if text(t, a) != text(t, b) || !a[0].FirstSeen.Time.Equal(noon) || !a[0].ResolvedAt.Time.Equal(noon.Add(time.Minute)) {
		t.Errorf("%s and %s", text(t, a), text(t, b))
	}

	byHand := slices.Clone(a)
	byHand[0].FirstSeen.Time, byHand[0].Field = noon.Add(-time.Hour), "by hand"
	byHand = append(byHand, v1alpha1.Resolved{ID: "invented", Check: "routing/noport", ResolvedAt: a[0].ResolvedAt})
	first.shown = whole.Agree(first.shown, byHand, noon)
	if got := first.publish(t, noon).Resolved; text(t, got) != text(t, a) {
		t.Errorf("believed: %s", text(t, got))
	}
}

// The other leader was quicker: it has written what this one is about to.
func TestALeaderTakesOverWhatTheOtherSawGo(t *testing.T) {
	r := &replica{newLedger(noon), report.Nothing()}
	list := many(2)
	update(r.ledger, list...)
	s := r.publish(t, noon)
	other := restart(newLedger(noon), s)
	update(other.ledger, list[1])
	at := noon.Add(time.Hour)
	theirs := other.publish(t, at)
	r.shown = whole.Agree(r.shown, theirs.Resolved, at.Add(2*time.Second))
	if got := r.publish(t, at); len(got.Resolved) > 0 {
		t.Errorf("what is wrong has gone: %s", text(t, got))
	}
	r.shown = whole.Agree(r.shown, theirs.Resolved, at.Add(2*time.Second))
	fix(r.ledger, list[0])
	if got := r.publish(t, at.Add(3*time.Second)); text(t, got.Resolved) != text(t, theirs.Resolved) {
		t.Errorf("%s, want %s", text(t, got.Resolved), text(t, theirs.Resolved))
	}
}
