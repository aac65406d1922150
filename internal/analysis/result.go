package analysis

import (
	"maps"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// NotEvaluated says that a check could not judge a subject.
type NotEvaluated struct {
	Check Check
	// Reason is the worst state of what the check read.
	Reason inventory.State
	// Kinds are the kinds in such a state, sorted.
	Kinds []inventory.Kind
	// Optional: nobody requires what could not be read. The ledger sets it, by
	// the policy.
	Optional bool
}

// Incomplete tells whether something is missing that should be there: neither
// what is off nor what nobody requires.
func (n *NotEvaluated) Incomplete() bool { return n.Reason.Unreadable() && !n.Optional }

// Result is what all checks together say about one subject.
type Result struct {
	Subject      inventory.Ref
	Findings     []Finding
	NotEvaluated []NotEvaluated
	// Labels and UID are those of the subject where there are findings, as far as
	// they are known. The labels are shared: they must not be changed.
	Labels map[string]string
	UID    string
}

// Empty tells whether there is nothing to remember.
func (r *Result) Empty() bool { return r == nil || len(r.Findings)+len(r.NotEvaluated) == 0 }

// Equal compares two results, nil being empty.
func (r *Result) Equal(o *Result) bool {
	if r.Empty() || o.Empty() {
		return r.Empty() && o.Empty()
	}
	return r.UID == o.UID && maps.Equal(r.Labels, o.Labels) &&
		slices.EqualFunc(r.Findings, o.Findings, func(a, b Finding) bool { return a.same(&b) }) &&
		slices.EqualFunc(r.NotEvaluated, o.NotEvaluated, func(a, b NotEvaluated) bool { return a.same(&b) })
}

func (f *Finding) same(o *Finding) bool {
	return f.ID == o.ID && f.Severity == o.Severity && f.Sensitive == o.Sensitive && f.Field == o.Field &&
		f.Message == o.Message && f.Fix == o.Fix && f.RelatedCount == o.RelatedCount &&
		slices.Equal(f.Related, o.Related) && slices.Equal(f.Keys, o.Keys)
}

func (n *NotEvaluated) same(o *NotEvaluated) bool {
	return n.Check.ID() == o.Check.ID() && n.Reason == o.Reason && slices.Equal(n.Kinds, o.Kinds)
}

func sortNotEvaluated(list []NotEvaluated) {
	slices.SortFunc(list, func(a, b NotEvaluated) int { return strings.Compare(a.Check.ID(), b.Check.ID()) })
}
