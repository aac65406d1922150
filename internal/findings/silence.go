package findings

import (
	"slices"
	"time"
)

// silence judges the findings of one report at one moment.
type silence struct {
	bounds  *Bounds      // of the exceptions; nil for none
	force   []*exception // by name
	byCheck map[string]*claim
	uses    map[*exception]*uses
	until   time.Time // when the first of force is over; zero if none will be
}

// claim is what is said about one check.
type claim struct {
	exceptions []*exception // those of force about it
	allowed    bool         // may be silenced, but for the severity
}

// uses counts the findings that an exception matches.
type uses struct{ matched, refused int }

// silence gathers the exceptions that act on a report.
func (l *Ledger) silence(report string) *silence {
	s := &silence{bounds: &l.policy.Exceptions, byCheck: map[string]*claim{}, uses: map[*exception]*uses{}}
	namespace := report
	if report == "" {
		s.bounds, namespace = nil, l.System
	}
	now := l.Now()
	for _, e := range l.exceptions[namespace] {
		if e.expired(now) || !e.actsOn(report) {
			continue
		}
		s.force = append(s.force, e)
		if !e.Expires.IsZero() && (s.until.IsZero() || e.Expires.Before(s.until)) {
			s.until = e.Expires
		}
	}
	return s
}

// by names the exception that silences a finding, "" if none does: the first of
// those that match. A finding counts for each of them.
func (s *silence) by(f *Finding, l labels) (first string) {
	if len(s.force) == 0 {
		return ""
	}
	c := s.about(f.Check.ID())
	allowed := c.allowed && s.bounds.reach(f.Severity)
	for _, e := range c.exceptions {
		if !e.matches(f, l) {
			continue
		}
		u := s.uses[e]
		if u == nil {
			u = &uses{}
			s.uses[e] = u
		}
		if !allowed {
			u.refused++
			continue
		}
		u.matched++
		if first == "" {
			first = e.String()
		}
	}
	return first
}

func (s *silence) about(check string) *claim {
	c, asked := s.byCheck[check]
	if !asked {
		c = &claim{allowed: s.bounds.allow(check)}
		c.exceptions = slices.DeleteFunc(slices.Clone(s.force), func(e *exception) bool { return !matchAny(e.Checks, check) })
		s.byCheck[check] = c
	}
	return c
}
