package cli

import (
	"encoding/json"
	"io"

	"github.com/meshaudit/meshaudit/internal/analysis"
)

// checkJSON is all that is known about a check without running it.
type checkJSON struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Why      string `json:"why"`
	Fix      string `json:"fix"`
	Severity string `json:"severity"`
	// Opinion is set where findings are Info unless something sensitive is
	// concerned or the profile is Strict.
	Opinion     bool     `json:"opinion"`
	Profile     string   `json:"profile"`
	Since       string   `json:"since"`
	Subjects    []string `json:"subjects"`
	Equivalents []string `json:"equivalents"`
	Inputs      []string `json:"inputs"`
}

func encodeChecks(w io.Writer, found []analysis.Check) error {
	list := make([]checkJSON, 0, len(found))
	for _, c := range found {
		subjects := make([]string, 0, 1+len(c.Also))
		for _, k := range c.Subjects() {
			subjects = append(subjects, string(k))
		}
		list = append(list, checkJSON{
			ID: c.ID(), Title: c.Title, Why: c.Why, Fix: c.Fix, Severity: c.Severity.String(), Opinion: c.Opinion,
			Profile: c.Profile.String(), Since: c.Since, Subjects: subjects,
			Equivalents: append([]string{}, c.Equivalents...), Inputs: inputs(c),
		})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(list)
}
