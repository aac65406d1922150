package analysis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// MaxRelated is how many related objects a finding names.
const MaxRelated = 10

// Finding is one mistake in one subject.
type Finding struct {
	// ID is stable over edits that do not touch the mistake; see [Number].
	ID       string
	Check    Check
	Severity Severity
	// Sensitive marks a finding about something that the policy calls
	// sensitive; it raises findings of an opinion check.
	Sensitive bool
	Subject   inventory.Ref
	// Field is the path in the subject, such as
	// spec.http[0].route[0].destination.host; empty for the object as a whole.
	Field   string
	Message string
	Fix     string
	// Related are the other objects involved, at most [MaxRelated], and
	// RelatedCount is how many there are in all.
	Related      []inventory.Ref
	RelatedCount int
	// Keys tell apart findings of one check on one field, whatever their
	// message. They are part of the ID.
	Keys []string
}

// Relate names other objects involved.
func (f *Finding) Relate(refs ...inventory.Ref) *Finding {
	for _, r := range refs {
		if len(f.Related) < MaxRelated && !slices.Contains(f.Related, r) {
			f.Related = append(f.Related, r)
		}
	}
	f.RelatedCount = max(f.RelatedCount, len(f.Related))
	return f
}

// Of says how many related objects there are in all, when only some are named.
func (f *Finding) Of(total int) *Finding { f.RelatedCount = max(f.RelatedCount, total); return f }

// Key adds parameters that tell this finding from others on the same field.
func (f *Finding) Key(keys ...string) *Finding { f.Keys = append(f.Keys, keys...); return f }

// At sets another severity than the check's.
func (f *Finding) At(s Severity) *Finding { f.Severity = s; return f }

// Sensitively marks the finding as about something sensitive, if so.
func (f *Finding) Sensitively(sensitive bool) *Finding { f.Sensitive = sensitive; return f }

// FixBy sets another advice than the check's.
func (f *Finding) FixBy(format string, args ...any) *Finding {
	f.Fix = fmt.Sprintf(format, args...)
	return f
}

// Compare orders the findings of one subject: by check, field, keys, message.
func (f *Finding) Compare(o *Finding) int {
	for _, pair := range [][2]string{
		{f.Check.ID(), o.Check.ID()},
		{f.Field, o.Field},
		{strings.Join(f.Keys, "\x00"), strings.Join(o.Keys, "\x00")},
		{f.Message, o.Message},
	} {
		if c := strings.Compare(pair[0], pair[1]); c != 0 {
			return c
		}
	}
	return 0
}

var position = regexp.MustCompile(`\[\d+\]`)

// Number sorts the findings of one subject, drops exact duplicates and gives
// each its ID: a hash of check, subject, field without list positions, and
// keys. Findings that agree in all of these are numbered in order, so that
// exchanging two routes changes no ID.
func Number(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int { return a.Compare(&b) })
	findings = slices.CompactFunc(findings, func(a, b Finding) bool { return a.Compare(&b) == 0 })
	seen := map[string]int{}
	for i := range findings {
		f := &findings[i]
		base := f.identity()
		f.ID = hash(base, seen[base])
		seen[base]++
	}
	return findings
}

func (f *Finding) identity() string {
	parts := append([]string{
		f.Check.ID(), string(f.Subject.Kind), f.Subject.Namespace, f.Subject.Name,
		position.ReplaceAllString(f.Field, "[]"),
	}, f.Keys...)
	return strings.Join(parts, "\x00")
}

func hash(base string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", base, n))
	return hex.EncodeToString(sum[:8])
}
