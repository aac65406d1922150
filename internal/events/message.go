package events

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/report"
)

// maxMessage is what an Event's message may have, in bytes.
const maxMessage = 1024

// gone begins what is quoted of a finding that went.
const gone = "No longer: "

// loud is the severity of a finding if it is told of, else 0.
func loud(f *findings.Finding) analysis.Severity {
	if f == nil || f.SuppressedBy != "" || f.Severity < analysis.High {
		return 0
	}
	return f.Severity
}

// tell makes the Event about findings of one object, of which it quotes the
// worst.
func tell(changes []*report.Change, warning bool) Event {
	worst := slices.MaxFunc(changes, func(a, b *report.Change) int { return cmp.Compare(level(a), level(b)) })
	f, begin, end := worst.Finding(), "", why(worst)
	if worst.After == nil {
		begin = gone
	}
	if n := len(changes) - 1; n > 0 {
		end += fmt.Sprintf(" and %d more", n)
	}
	return Event{
		Subject: f.Subject, UID: f.SubjectUID, Warning: warning, worst: level(worst),
		Message: clip(begin+f.Check.ID()+": "+f.Message, maxMessage-len(end)) + end,
	}
}

// level is how severe what came or went is.
func level(c *report.Change) analysis.Severity { return max(loud(c.Before), loud(c.After)) }

// why says what made the difference, if the finding neither came nor went.
func why(c *report.Change) string {
	switch {
	case c.Before == nil || c.After == nil:
		return ""
	case c.After.SuppressedBy != "":
		return " (silenced by " + c.After.SuppressedBy + ")"
	case c.Before.SuppressedBy != "":
		return " (no longer silenced)"
	}
	return " (now " + c.After.Severity.String() + ")"
}

// clip shortens a text that is too long, at a rune.
func clip(text string, most int) string {
	const mark = "…"
	if len(text) <= most {
		return text
	}
	end := most - len(mark)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + mark
}
