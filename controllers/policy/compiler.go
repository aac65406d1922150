package policy

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// compiler gathers what it cannot accept. The API server refuses most of that;
// a file, or an object from before a stricter schema, may still hold it.
type compiler struct {
	checks  []analysis.Check
	verdict Verdict
}

func (c *compiler) reject(field, format string, args ...any) {
	c.verdict.Rejected = append(c.verdict.Rejected,
		v1alpha1.Rejection{Field: field, Message: fmt.Sprintf(format, args...)})
}

// within is the value, or the default if it is missing (zero) or out of range.
func within[T cmp.Ordered](c *compiler, field string, value, low, high, otherwise T) T {
	var missing T
	switch {
	case value == missing:
		return otherwise
	case value < low || value > high:
		c.reject(field, "%v is not between %v and %v", value, low, high)
		return otherwise
	}
	return value
}

func (c *compiler) profile(name v1alpha1.Profile) analysis.Profile {
	if name == "" {
		return analysis.Recommended
	}
	p, err := analysis.ParseProfile(string(name))
	if err != nil {
		c.reject("spec.profile", "%v", err)
		return analysis.Recommended
	}
	return p
}

var checkPattern = regexp.MustCompile(`^[a-z0-9*/-]+$`)

func (c *compiler) rules(list []v1alpha1.CheckRule) []findings.Rule {
	var rules []findings.Rule
	for i, r := range list {
		rule, err := compileRule(r)
		if err != nil {
			c.reject(fmt.Sprintf("spec.checks[%d]", i), "%v", err)
			continue
		}
		if c.known(r.Name) {
			rules = append(rules, rule)
		}
	}
	return rules
}

// known tells whether a pattern matches a check, and names it if it does not.
func (c *compiler) known(pattern string) bool {
	known := slices.ContainsFunc(c.checks, func(k analysis.Check) bool { return findings.Match(pattern, k.ID()) })
	if !known {
		c.verdict.Unmatched = append(c.verdict.Unmatched, pattern)
	}
	return known
}

func compileRule(r v1alpha1.CheckRule) (findings.Rule, error) {
	rule := findings.Rule{Pattern: r.Name, Disabled: r.Disabled}
	switch {
	case !checkPattern.MatchString(r.Name):
		return rule, fmt.Errorf("%q is neither the name of a check nor a pattern of names", r.Name)
	case r.Disabled == (r.Severity != ""):
		return rule, fmt.Errorf("exactly one of severity and disabled: true is required")
	case r.Disabled:
		return rule, nil
	}
	var err error
	rule.Severity, err = analysis.ParseSeverity(string(r.Severity))
	return rule, err
}

func (c *compiler) ownerLabel(key string) string {
	if key == "" {
		return ""
	}
	if problems := validation.IsQualifiedName(key); len(problems) > 0 {
		c.reject("spec.ownerLabel", "%q is no key of a label: %s", key, strings.Join(problems, "; "))
		return ""
	}
	return key
}
