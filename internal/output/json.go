package output

import (
	"encoding/json"
	"io"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// The JSON document is stable: fields are added, never renamed.
type (
	document struct {
		Version      string             `json:"version"`
		Summary      summary            `json:"summary"`
		NotEvaluated []jsonNotEvaluated `json:"notEvaluated"`
		Errors       []jsonError        `json:"errors"`
		Findings     []jsonFinding      `json:"findings"`
	}
	summary struct {
		Critical   int `json:"critical"`
		High       int `json:"high"`
		Medium     int `json:"medium"`
		Low        int `json:"low"`
		Info       int `json:"info"`
		Suppressed int `json:"suppressed"`
		Objects    int `json:"objects"`
		Checks     int `json:"checks"`
	}
	jsonNotEvaluated struct {
		Check  string   `json:"check"`
		Reason string   `json:"reason"`
		Kinds  []string `json:"kinds"`
	}
	jsonError struct {
		File    string `json:"file"`
		Line    int    `json:"line,omitempty"`
		Message string `json:"message"`
	}
	jsonFinding struct {
		ID           string      `json:"id"`
		Check        string      `json:"check"`
		Severity     string      `json:"severity"`
		Category     string      `json:"category"`
		Since        string      `json:"since"`
		Equivalents  []string    `json:"equivalents"`
		Subject      reference   `json:"subject"`
		Field        string      `json:"field,omitempty"`
		Source       *source     `json:"source,omitempty"`
		Message      string      `json:"message"`
		Fix          string      `json:"fix"`
		Related      []reference `json:"related,omitempty"`
		RelatedCount int         `json:"relatedCount,omitempty"`
		SuppressedBy string      `json:"suppressedBy,omitempty"`
	}
	reference struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Namespace  string `json:"namespace,omitempty"`
		Name       string `json:"name"`
	}
	source struct {
		File string `json:"file"`
		Line int    `json:"line"`
	}
)

func writeJSON(w io.Writer, r *Report) error {
	by := &r.Summary.BySeverity
	d := document{
		Version: "v1alpha1",
		Summary: summary{
			Critical: by[analysis.Critical], High: by[analysis.High], Medium: by[analysis.Medium],
			Low: by[analysis.Low], Info: by[analysis.Info],
			Suppressed: r.Summary.Suppressed, Objects: r.Objects, Checks: r.Checks,
		},
		NotEvaluated: []jsonNotEvaluated{}, Errors: []jsonError{}, Findings: []jsonFinding{},
	}
	for _, n := range r.NotEvaluated {
		d.NotEvaluated = append(d.NotEvaluated, jsonNotEvaluated{n.Check.ID(), n.Reason.String(), kindNames(n.Kinds)})
	}
	for _, e := range r.Errors {
		d.Errors = append(d.Errors, jsonError(e))
	}
	for i := range r.Findings {
		d.Findings = append(d.Findings, r.finding(&r.Findings[i]))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(d)
}

func kindNames(list []inventory.Kind) []string {
	out := make([]string, len(list))
	for i, k := range list {
		out[i] = string(k)
	}
	return out
}

func (r *Report) finding(f *Finding) jsonFinding {
	out := jsonFinding{
		ID: f.ID, Check: f.Check.ID(), Severity: f.Severity.String(), Category: f.Check.Category,
		Since: f.Check.Since, Equivalents: append([]string{}, f.Check.Equivalents...),
		Subject: r.reference(f.Subject), Field: f.Field, Message: f.Message, Fix: f.Fix,
		RelatedCount: f.RelatedCount, SuppressedBy: f.SuppressedBy,
	}
	if f.File != "" {
		out.Source = &source{f.File, f.Line}
	}
	for _, ref := range f.Related {
		out.Related = append(out.Related, r.reference(ref))
	}
	return out
}

func (r *Report) reference(ref inventory.Ref) reference {
	return reference{r.APIVersion(ref.Kind), ref.Kind.Short(), ref.Namespace, ref.Name}
}
