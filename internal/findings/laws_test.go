package findings_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/internal/findings"
)

// After any sequence of exceptions, policies, results and time: a view is what a
// naive matcher makes of the findings that a ledger without exceptions shows;
// who reads again only the views that were told as changed, and when exceptions
// expire, shows all; nothing else is made anew; and the order in which the
// ledger was told does not matter.
func TestExceptionsAreWhatANaiveMatcherSays(t *testing.T) {
	for seed := range uint64(150) {
		w := newTale(t, seed)
		for step := range 60 {
			w.step()
			if w.compare(); t.Failed() {
				t.Fatalf("seed %d, step %d", seed, step)
			}
		}
		if w.retell(); t.Failed() {
			t.Fatalf("seed %d, told at once", seed)
		}
	}
}

// compare holds the ledger to the naive matcher.
func (w *tale) compare() {
	w.Helper()
	uses := map[string]findings.Use{}
	for _, name := range reports {
		plain, _ := w.plain.View(name)
		list, sum := w.naive(plain, uses)
		got, _ := w.ledger.View(name)
		same(w.T, name, got, list, sum)
		if got != w.shown[name] {
			w.Errorf("report %q was made anew, or not told as changed", name)
		}
	}
	var want []findings.Use
	for key, e := range w.exceptions {
		u := uses[key]
		u.Namespace, u.Name, u.Expires, u.State = e.Namespace, e.Name, e.Expires, w.state(e, u)
		want = append(want, u)
	}
	slices.SortFunc(want, func(a, b findings.Use) int {
		return slices.Compare([]string{a.Namespace, a.Name}, []string{b.Namespace, b.Name})
	})
	if got := w.ledger.Uses(); !slices.Equal(got, want) {
		w.Errorf("uses\n%+v, want\n%+v", got, want)
	}
}

// retell tells a new ledger the same in another order.
func (w *tale) retell() {
	w.Helper()
	l := w.open(nil)
	l.SetPolicy(w.policy)
	for _, e := range w.exceptions {
		l.SetException(e)
	}
	for _, r := range w.results {
		w.update(l, r)
	}
	for _, name := range reports {
		want, _ := w.ledger.View(name)
		got, _ := l.View(name)
		same(w.T, name, got, want.Findings, want.Summary)
	}
	if got, want := l.Uses(), w.ledger.Uses(); !slices.Equal(got, want) {
		w.Errorf("uses\n%+v, want\n%+v", got, want)
	}
}

// same compares a view with a list, first-seen times aside.
func same(t *testing.T, report string, got *findings.View, list []findings.Finding, sum findings.Summary) {
	t.Helper()
	if got.Summary != sum {
		t.Errorf("report %q: summary %+v, want %+v", report, got.Summary, sum)
	}
	if a, b := lines(got.Findings), lines(list); !reflect.DeepEqual(a, b) {
		t.Errorf("report %q shows\n%q, want\n%q", report, a, b)
	}
}

func lines(list []findings.Finding) []string {
	var out []string
	for i := range list {
		f := &list[i]
		out = append(out, fmt.Sprint(f.Severity, " ", f.ID, " ", f.Stale, " ", f.SuppressedBy))
	}
	return out
}
