package report

import (
	"encoding/json"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// envelope is room for what is written around a status: metadata, and the
// times and the condition that are set later.
const envelope = 4 << 10

// truncate cuts the least severe findings of a status of the given size until
// the report fits, and if it does not without any, the kinds of checks that
// could not run, and then what went long ago. The summary stays as it is.
func (o Options) truncate(s *v1alpha1.ReportStatus, total int) {
	limit := o.MaxSize - envelope
	if total <= limit {
		return
	}
	sizes := make([]int, len(s.Findings))
	rest := total
	for i := range s.Findings {
		sizes[i] = Size(&s.Findings[i]) + len(",")
		rest -= sizes[i]
	}
	room := limit - rest - Size(truncated(s.Findings))
	room += shorten(s.NotEvaluated, -room)
	room += forget(s, -room)
	keep := 0
	for keep < len(sizes) && sizes[keep] <= room {
		room -= sizes[keep]
		keep++
	}
	if keep < len(sizes) {
		cut(s, keep)
	}
}

// shorten leaves out the kinds of the last entries until so many bytes, if any,
// are saved, and tells how many are.
func shorten(list []v1alpha1.NotEvaluated, bytes int) int {
	saved := 0
	for i := len(list) - 1; i >= 0 && saved < bytes; i-- {
		before := Size(&list[i])
		list[i].Kinds = nil
		saved += before - Size(&list[i])
	}
	return saved
}

// forget drops the oldest of what went until so many bytes, if any, are saved,
// and tells how many are.
func forget(s *v1alpha1.ReportStatus, bytes int) int {
	saved, keep := 0, len(s.Resolved)
	for keep > 0 && saved < bytes {
		keep--
		saved += Size(&s.Resolved[keep]) + len(",")
	}
	s.Resolved = s.Resolved[:keep:keep]
	return saved
}

// cut drops all findings but the first ones and says so.
func cut(s *v1alpha1.ReportStatus, keep int) {
	s.Truncated = truncated(s.Findings[keep:])
	s.Findings = s.Findings[:keep:keep]
	i := slices.IndexFunc(s.Conditions, func(c metav1.Condition) bool { return c.Type == v1alpha1.ConditionTruncated })
	s.Conditions[i] = condition(v1alpha1.ConditionTruncated, true, "TooLarge",
		fmt.Sprintf("%d findings are counted and not listed, to keep the report small.", s.Truncated.Count))
}

func truncated(cut []v1alpha1.Finding) v1alpha1.Truncated {
	t := v1alpha1.Truncated{Count: count(len(cut)), ByCheck: map[string]int32{}}
	for i := range cut {
		t.ByCheck[cut[i].Check]++
	}
	return t
}

// Size is the length in bytes of plain data as JSON.
func Size(v any) int { return len(marshal(v)) }

// marshal writes plain data as JSON, which cannot fail.
func marshal(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("report: %T is no plain data: %v", v, err))
	}
	return raw
}
