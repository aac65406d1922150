package policy

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

var (
	silencedPattern = regexp.MustCompile(`^[a-z0-9*/]+$`)
	everyCheck      = regexp.MustCompile(`^[*/]+$`)
	kindName        = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	subjectPattern  = regexp.MustCompile(`^[A-Za-z0-9.:_*-]+$`)
	written         = regexp.MustCompile(`\S`)
)

// CompileException makes of a MeshAuditException what the ledger acts on. What
// is invalid is ignored and named, and never makes it silence more: without a
// reason, a check, or one of the subjects that it names, it silences nothing.
func CompileException(e *v1alpha1.MeshAuditException, checks []analysis.Check) (findings.Exception, Verdict) {
	c := &compiler{checks: checks}
	out := findings.Exception{Namespace: e.Namespace, Name: e.Name, Expires: expiry(e.Spec.ExpiresAt)}
	patterns := c.silenced(&e.Spec)
	subjects, some := c.subjects(e.Spec.Subjects)
	reasoned := written.MatchString(e.Spec.Reason)
	if !reasoned {
		c.reject("spec.reason", "says nothing, so that nothing is silenced")
	}
	if some && reasoned {
		out.Checks, out.Subjects = patterns, subjects
	}
	return out, c.verdict
}

// expiry is when an exception is over; zero for never. The zero time is one
// that is over, too.
func expiry(t *metav1.Time) time.Time {
	switch {
	case t == nil:
		return time.Time{}
	case t.IsZero():
		return time.Unix(0, 0)
	}
	return t.Time
}

// silenced gives the valid patterns of checks.
func (c *compiler) silenced(spec *v1alpha1.MeshAuditExceptionSpec) (patterns []string) {
	if len(spec.Checks) == 0 {
		c.reject("spec.checks", "names no check, so that nothing is silenced")
	}
	for i, p := range spec.Checks {
		field := fmt.Sprintf("spec.checks[%d]", i)
		switch err := silenceable(p); {
		case err != nil:
			c.reject(field, "%v", err)
		case everyCheck.MatchString(p) && spec.ExpiresAt == nil:
			c.reject(field, "an exception for every check needs expiresAt")
		default:
			patterns = append(patterns, p)
			c.known(p)
		}
	}
	return patterns
}

// silenceable tells what is wrong with a pattern of checks.
func silenceable(pattern string) error {
	if !silencedPattern.MatchString(pattern) {
		return fmt.Errorf("%q is neither the name of a check nor a pattern of names", pattern)
	}
	return nil
}

// subjects gives the valid ones, none for every subject; it reports false if
// some were named and none is valid.
func (c *compiler) subjects(list []v1alpha1.ExceptionSubject) (subjects []findings.Subject, ok bool) {
	if list == nil {
		return nil, true
	}
	for i := range list {
		s, err := compileSubject(&list[i])
		if err != nil {
			c.reject(fmt.Sprintf("spec.subjects[%d]", i), "%v", err)
			continue
		}
		subjects = append(subjects, s)
	}
	if len(subjects) == 0 {
		c.reject("spec.subjects", "names no subject in a valid way, so that nothing is silenced")
	}
	return subjects, len(subjects) > 0
}

func compileSubject(s *v1alpha1.ExceptionSubject) (findings.Subject, error) {
	out := findings.Subject{Kind: s.Kind, Name: s.Name}
	switch {
	case s.Kind == "" && s.Name == "" && s.LabelSelector == nil:
		return out, errors.New("none of kind, name and labelSelector is given")
	case s.Kind != "" && !kindName.MatchString(s.Kind):
		return out, fmt.Errorf("kind: %q is no kind such as Deployment", s.Kind)
	case s.Name != "" && !subjectPattern.MatchString(s.Name):
		return out, fmt.Errorf("name: %q is neither a name nor a pattern of names", s.Name)
	case s.LabelSelector == nil:
		return out, nil
	}
	selector, err := metav1.LabelSelectorAsSelector(s.LabelSelector)
	if err != nil {
		return out, fmt.Errorf("labelSelector: %w", err)
	}
	out.Selects = func(l map[string]string) bool { return selector.Matches(labels.Set(l)) }
	return out, nil
}
