package findings

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Policy is what decides how findings are shown. It is immutable.
type Policy struct {
	Profile analysis.Profile
	// Rules are applied in order; the last that matches a check wins.
	Rules []Rule
	// Audited chooses the namespaces that have a report. Nil chooses all.
	Audited func(Namespace) bool
	// OwnerLabel is the namespace label that names the owning team; "" for none.
	OwnerLabel string
	// Optional tells of kinds whose source may be silent without anything being
	// incomplete. Nil means none.
	Optional func(inventory.Kind) bool
	// Exceptions bounds what a namespace's own exceptions may silence.
	Exceptions Bounds
}

// Bounds say which findings may be silenced. The zero Bounds let all be.
type Bounds struct {
	MaxSeverity analysis.Severity // as shown; 0 for any
	Checks      []string          // patterns, see [Match]; nil for all, empty for none
}

// allow tells whether findings of a check may be silenced; nil bounds let any be.
func (b *Bounds) allow(check string) bool {
	return b == nil || b.Checks == nil || matchAny(b.Checks, check)
}

// reach tells whether findings of a severity may be silenced.
func (b *Bounds) reach(s analysis.Severity) bool {
	return b == nil || b.MaxSeverity == 0 || s <= b.MaxSeverity
}

// Rule changes the checks whose ID matches the pattern; see [Match].
type Rule struct {
	Pattern  string
	Disabled bool
	Severity analysis.Severity // 0 leaves it
}

// Namespace is what the policy may ask of a namespace.
type Namespace struct {
	Name        string
	Labels      map[string]string
	Terminating bool
}

// shows applies the policy to a finding: its severity, and whether it counts.
func (p *Policy) shows(f *analysis.Finding) (analysis.Severity, bool) {
	severity := p.opinion(f)
	rule, ok := p.rule(f.Check)
	if rule.Disabled || f.Check.Profile > p.Profile && !ok {
		return 0, false
	}
	if rule.Severity != 0 {
		severity = rule.Severity
	}
	return severity, true
}

// Runs tells whether findings of the check may be shown. A rule that sets a
// severity brings a check into a profile that lacks it.
func (p *Policy) Runs(c analysis.Check) bool {
	rule, ok := p.rule(c)
	return !rule.Disabled && (c.Profile <= p.Profile || ok)
}

func (p *Policy) rule(c analysis.Check) (Rule, bool) {
	for _, rule := range slices.Backward(p.Rules) {
		if Match(rule.Pattern, c.ID()) {
			return rule, true
		}
	}
	return Rule{}, false
}

// opinion lowers a matter of taste to Info, unless something sensitive is at
// stake or the user asked for strictness.
func (p *Policy) opinion(f *analysis.Finding) analysis.Severity {
	if f.Check.Opinion && p.Profile < analysis.Strict && !f.Sensitive {
		return analysis.Info
	}
	return f.Severity
}

func (p *Policy) audits(n Namespace) bool { return p.Audited == nil || p.Audited(n) }

// Place names the report of a subject: the namespace that it is in or is;
// "" for cluster-scoped subjects and for the mesh's own configuration.
func Place(r inventory.Ref) string {
	switch r.Kind {
	case namespaceKind:
		return r.Name
	case configMapKind:
		return ""
	}
	return r.Namespace
}

const (
	namespaceKind inventory.Kind = "Namespace"
	configMapKind inventory.Kind = "ConfigMap" // only those of the mesh are read
)
