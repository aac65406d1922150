package report

import (
	"cmp"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// Shown is what a report showed, with which the next view is compared. It is
// immutable, and shares the view with the ledger.
type Shown struct {
	// View is what the report was made from; of one that was read back, it has
	// but the findings.
	View *findings.View
	// Cut counts, by check, what a report that was read back did not list.
	Cut map[string]int32
	// Resolved are those of the report.
	Resolved []v1alpha1.Resolved
}

// Nothing is shown before there is a report.
func Nothing() *Shown { return &Shown{View: &findings.View{}} }

// ReadBack is what a status shows. Published are its findings; see [Restore].
func ReadBack(s *v1alpha1.ReportStatus, published []findings.Finding) *Shown {
	return &Shown{View: &findings.View{Findings: published}, Cut: s.Truncated.ByCheck, Resolved: s.Resolved}
}

// Change is a finding that came or went, or whose severity or exception is
// another.
type Change struct {
	Before, After *findings.Finding // nil if it was not there, or is not any longer
}

// Finding is the finding as it is, or as it was.
func (c *Change) Finding() *findings.Finding { return cmp.Or(c.After, c.Before) }

// Opened tells whether something is wrong that was not, and counts.
func (c *Change) Opened() bool { return c.Before == nil && c.After.SuppressedBy == "" }

// Resolved tells whether something counted that is not wrong any longer.
func (c *Change) Resolved() bool { return c.After == nil && c.Before.SuppressedBy == "" }

// Changes compares, in the order of the view, and then lists what went. What
// the policy switched on or off in between did not come or go, and what came may
// have been there, of a check of which findings were cut.
func (s *Shown) Changes(now *findings.View) []Change {
	if s.View == now {
		return nil
	}
	was := make(map[string]*findings.Finding, len(s.View.Findings))
	for i := range s.View.Findings {
		was[s.View.Findings[i].ID] = &s.View.Findings[i]
	}
	var out []Change
	for i := range now.Findings {
		f := &now.Findings[i]
		old := was[f.ID]
		delete(was, f.ID)
		if s.differs(old, f) {
			out = append(out, Change{old, f})
		}
	}
	for i := range s.View.Findings {
		if f := &s.View.Findings[i]; was[f.ID] == f && now.Runs(f.Check) {
			out = append(out, Change{Before: f})
		}
	}
	return out
}

func (s *Shown) differs(old, f *findings.Finding) bool {
	if old == nil {
		return s.View.Runs(f.Check) && s.Cut[f.Check.ID()] == 0
	}
	return old.Severity != f.Severity || old.SuppressedBy != f.SuppressedBy
}

// find gives the finding with that ID; nil if there is none.
func (s *Shown) find(id string) *findings.Finding {
	for i := range s.View.Findings {
		if f := &s.View.Findings[i]; f.ID == id {
			return f
		}
	}
	return nil
}
