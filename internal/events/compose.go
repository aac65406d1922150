package events

import (
	"cmp"
	"slices"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/report"
)

// Event is what is told of one object.
type Event struct {
	Subject inventory.Ref
	UID     string // "" if it is not known
	Warning bool
	Message string
	worst   analysis.Severity
}

// Compose makes the Events about what changed in a report that now shows a
// view: the worst first.
func Compose(changes []report.Change, now *findings.View) []Event {
	by := map[inventory.Ref]*subject{}
	var order []*subject
	for i := range changes {
		ref := changes[i].Finding().Subject
		if by[ref] == nil {
			by[ref] = &subject{}
			order = append(order, by[ref])
		}
		by[ref].add(&changes[i])
	}
	for i := range now.Findings {
		if s := by[now.Findings[i].Subject]; s != nil && loud(&now.Findings[i]) > 0 {
			s.loud = true
		}
	}
	var out []Event
	for _, s := range order {
		if e, ok := s.event(); ok {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Event) int { return cmp.Compare(b.worst, a.worst) })
	return out
}

// subject is what changed for an object.
type subject struct {
	rose, fell []*report.Change // worst first
	loud       bool             // something severe is still there
}

func (s *subject) add(c *report.Change) {
	before, after := loud(c.Before), loud(c.After)
	switch {
	case after > before:
		s.rose = append(s.rose, c)
	case after == 0 && before > 0:
		s.fell = append(s.fell, c)
	}
}

func (s *subject) event() (Event, bool) {
	switch {
	case len(s.rose) > 0:
		return tell(s.rose, true), true
	case len(s.fell) > 0 && !s.loud:
		return tell(s.fell, false), true
	}
	return Event{}, false
}
