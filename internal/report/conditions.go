package report

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
)

// maxNames bounds the names that a condition's message lists.
const maxNames = 10

// conditions are those of a report that is not truncated.
func conditions(blind []analysis.NotEvaluated) []metav1.Condition {
	return []metav1.Condition{
		condition(v1alpha1.ConditionAudited, true, "Evaluated", "Every check ran on all that could be read."),
		complete(blind),
		condition(v1alpha1.ConditionTruncated, false, "Fits", "Every finding is listed."),
	}
}

// complete is the condition Complete: what is off by choice, or not required,
// lacks nothing.
func complete(blind []analysis.NotEvaluated) metav1.Condition {
	var checks, kinds, reasons []string
	for _, n := range blind {
		if !n.Incomplete() {
			continue
		}
		checks = append(checks, n.Check.ID())
		reasons = append(reasons, n.Reason.String())
		for _, k := range n.Kinds {
			kinds = append(kinds, string(k))
		}
	}
	if len(checks) == 0 {
		return condition(v1alpha1.ConditionComplete, true, "Evaluated",
			"Every check could read what it needs, save what is off or not required.")
	}
	message := fmt.Sprintf("Not evaluated (%s): %s. Not readable: %s.", names(reasons), names(checks), names(kinds))
	return condition(v1alpha1.ConditionComplete, false, "NotEvaluated", message)
}

// sourceTypes are the conditions of the sources that have one.
var sourceTypes = map[string]string{
	"appmesh": v1alpha1.ConditionAppMeshAvailable,
	"acm":     v1alpha1.ConditionACMAvailable,
	"sts":     v1alpha1.ConditionSTSAvailable,
}

// sourceConditions are those of the sources outside the cluster that are not off.
func sourceConditions(sources []v1alpha1.SourceStatus) []metav1.Condition {
	var out []metav1.Condition
	for i := range sources {
		if s := &sources[i]; s.Reason != "" && s.State != v1alpha1.SourceOff && sourceTypes[s.Name] != "" {
			answers := s.Reason == v1alpha1.SourceAvailable
			out = append(out, condition(sourceTypes[s.Name], answers, string(s.Reason), s.Message))
		}
	}
	return out
}

// names lists each name once, sorted, and says how many it left out.
func names(list []string) string {
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) <= maxNames {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:maxNames], ", "), len(list)-maxNames)
}

func condition(kind string, ok bool, reason, message string) metav1.Condition {
	status := metav1.ConditionFalse
	if ok {
		status = metav1.ConditionTrue
	}
	return metav1.Condition{Type: kind, Status: status, Reason: reason, Message: message}
}
