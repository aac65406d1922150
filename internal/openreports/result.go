package openreports

import (
	"fmt"
	"strings"
	"time"

	"github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	own "github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// The outcomes of a result.
const (
	fail    v1alpha1.Result = "fail"
	warn    v1alpha1.Result = "warn"
	skip    v1alpha1.Result = "skip"
	failure v1alpha1.Result = "error"
)

// The properties of a result that code reads.
const (
	// identity tells policy-reporter which results are the same one. An outcome
	// that changes makes another, so that what was accepted and is no longer is
	// news there.
	identity  = "resultID"
	findingID = "id" // only of findings
	firstSeen = "firstSeen"
)

func finding(f *own.Finding) v1alpha1.ReportResult {
	r := result(f.Check, f.ID, outcome(f))
	r.Category, r.Severity = f.Category, v1alpha1.ResultSeverity(strings.ToLower(string(f.Severity)))
	r.Timestamp = metav1.Timestamp{Seconds: f.FirstSeen.Unix()}
	r.Description = f.Message
	r.Subjects = []corev1.ObjectReference{{
		APIVersion: f.Subject.APIVersion, Kind: f.Subject.Kind, Namespace: f.Subject.Namespace, Name: f.Subject.Name,
	}}
	r.Properties[findingID] = f.ID
	r.Properties[firstSeen] = f.FirstSeen.UTC().Format(time.RFC3339)
	set(r.Properties, "field", f.Field)
	set(r.Properties, "fix", f.Fix)
	set(r.Properties, "equivalents", strings.Join(f.Equivalents, ", "))
	set(r.Properties, "exception", f.SuppressedBy)
	if f.Stale {
		r.Properties["stale"] = "true"
	}
	return r
}

func outcome(f *own.Finding) v1alpha1.Result {
	switch {
	case f.SuppressedBy != "":
		return skip
	case f.Severity == own.SeverityLow || f.Severity == own.SeverityInfo:
		return warn
	}
	return fail
}

// blind are the results of checks that could not be evaluated, save for those
// that are off.
func blind(list []analysis.NotEvaluated) []v1alpha1.ReportResult {
	var out []v1alpha1.ReportResult
	for i := range list {
		if list[i].Reason.Unreadable() {
			out = append(out, notEvaluated(&list[i]))
		}
	}
	return out
}

func notEvaluated(n *analysis.NotEvaluated) v1alpha1.ReportResult {
	is := skip
	if n.Incomplete() {
		is = failure
	}
	reason, kinds := n.Reason.String(), names(n.Kinds)
	r := result(n.Check.ID(), n.Check.ID()+"/"+reason, is)
	r.Category = n.Check.Category
	r.Description = fmt.Sprintf("The check could not be evaluated everywhere (%s): %s.", reason, kinds)
	r.Properties["reason"], r.Properties["kinds"] = reason, kinds
	return r
}

// result makes one of what policy-reporter groups by policy and rule: the
// check's name is the policy, the problem in it the rule.
func result(check, id string, is v1alpha1.Result) v1alpha1.ReportResult {
	_, problem, _ := strings.Cut(check, "/")
	return v1alpha1.ReportResult{
		// Readers take a Report's source from its first result.
		Source: Source, Policy: check, Rule: problem, Result: is, Scored: is == fail,
		Properties: map[string]string{identity: id + "/" + string(is)},
	}
}

func set(properties map[string]string, name, value string) {
	if value != "" {
		properties[name] = value
	}
}

// maxKinds bounds the kinds that a result names.
const maxKinds = 10

func names(kinds []inventory.Kind) string {
	list := make([]string, 0, maxKinds)
	for _, k := range kinds[:min(len(kinds), maxKinds)] {
		list = append(list, string(k))
	}
	text := strings.Join(list, ", ")
	if more := len(kinds) - maxKinds; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
