package cli

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// past is what reports say was wrong and is not any longer: IDs by namespace.
type past map[string]map[string]bool

// went reads what the API server holds of the past, save in the marker's report.
func (w *samples) went(t *testing.T) past {
	t.Helper()
	all, list := w.reports(t)
	p := past{}
	p.read("", all.Status.Resolved)
	for i := range list {
		if list[i].Namespace != w.marker {
			p.read(list[i].Namespace, list[i].Status.Resolved)
		}
	}
	return p
}

func (p past) read(report string, list []v1alpha1.Resolved) {
	for i := range list {
		p.add(report, list[i].ID)
	}
}

func (p past) add(report, id string) {
	if p[report] == nil {
		p[report] = map[string]bool{}
	}
	p[report][id] = true
}

// turn adds what is wrong in one state of the world and not in the next, and
// takes away what is wrong again.
func (p past) turn(t *testing.T, before, after state) {
	t.Helper()
	for report := range before {
		wrong := after.wrong(t, report)
		for id := range before.wrong(t, report) {
			p.add(report, id)
		}
		maps.DeleteFunc(p[report], func(id string, _ bool) bool { return wrong[id] })
	}
	maps.DeleteFunc(p, func(_ string, ids map[string]bool) bool { return len(ids) == 0 })
}

// wrong are the IDs of what a report finds.
func (s state) wrong(t *testing.T, report string) map[string]bool {
	t.Helper()
	var status v1alpha1.ReportStatus
	if err := json.Unmarshal([]byte(s[report]), &status); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for i := range status.Findings {
		ids[status.Findings[i].ID] = true
	}
	return ids
}

// kept fails the test if the reports do not tell just this of the past.
func (p past) kept(t *testing.T, now past) {
	t.Helper()
	if !maps.EqualFunc(p, now, maps.Equal) {
		t.Errorf("the reports say that this was wrong: %v, want %v", now, p)
	}
}
