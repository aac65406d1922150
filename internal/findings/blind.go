package findings

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// blindness sums up what was not evaluated: one entry for each check and
// reason, with all the kinds.
type blindness map[blindKey]*analysis.NotEvaluated

type blindKey struct {
	check  string
	reason inventory.State
}

func (b blindness) add(c analysis.Check, reason inventory.State, kinds ...inventory.Kind) {
	key := blindKey{c.ID(), reason}
	n, ok := b[key]
	if !ok {
		n = &analysis.NotEvaluated{Check: c, Reason: reason}
		b[key] = n
	}
	for _, k := range kinds {
		if !slices.Contains(n.Kinds, k) {
			n.Kinds = append(n.Kinds, k)
		}
	}
}

func (b blindness) list(optional func(*analysis.NotEvaluated) bool) []analysis.NotEvaluated {
	var out []analysis.NotEvaluated
	for _, n := range b {
		slices.Sort(n.Kinds)
		n.Optional = optional(n)
		out = append(out, *n)
	}
	slices.SortFunc(out, func(x, y analysis.NotEvaluated) int {
		return cmp.Or(strings.Compare(x.Check.ID(), y.Check.ID()), cmp.Compare(x.Reason, y.Reason))
	})
	return out
}

// optional tells whether nothing but sources that the policy does not require,
// and what is off, kept a check from being evaluated.
func (l *Ledger) optional(n *analysis.NotEvaluated) bool {
	return l.policy.Optional != nil && n.Reason == inventory.SourceUnavailable &&
		!slices.ContainsFunc(n.Kinds, func(k inventory.Kind) bool {
			return !l.policy.Optional(k) && l.state(k, "") != inventory.Off
		})
}

func (l *Ledger) addBlind(b blindness, n analysis.NotEvaluated) {
	if l.policy.Runs(n.Check) {
		b.add(n.Check, n.Reason, n.Kinds...)
	}
}

// addBlindKinds adds the checks whose very subjects cannot be read in this
// report's scope, so that no result can tell of it.
func (l *Ledger) addBlindKinds(report string, b blindness) {
	for _, c := range l.Checks {
		for _, k := range l.SubjectKinds(c) {
			if !l.policy.Runs(c) || !l.belongs(k, report) {
				continue
			}
			if s := l.state(k, report); !s.Known() {
				b.add(c, s, k)
			}
		}
	}
}

// belongs tells whether subjects of the kind may stand in the report.
func (l *Ledger) belongs(k inventory.Kind, report string) bool {
	info, ok := l.Schema.Lookup(k)
	if !ok {
		return false
	}
	inNamespace := info.Namespaced && k != configMapKind || k == namespaceKind
	return inNamespace == (report != "")
}
