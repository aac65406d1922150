package output

import (
	"fmt"
	"io"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/manifests"
)

// Report is the outcome of one audit.
type Report struct {
	Findings     []Finding // worst first; those that an exception silences last
	NotEvaluated []analysis.NotEvaluated
	Errors       []manifests.Error
	Summary      findings.Summary
	Objects      int // audited
	Checks       int // run
	// APIVersion names the API version in which a kind is printed.
	APIVersion func(inventory.Kind) string
}

// Finding is a finding with the place in the files, if it came from files.
type Finding struct {
	findings.Finding
	File string // "" if the object came from a cluster
	Line int
}

// Worst is the highest severity of what counts; 0 if nothing does.
func (r *Report) Worst() analysis.Severity {
	for _, s := range analysis.Severities {
		if r.Summary.BySeverity[s] > 0 {
			return s
		}
	}
	return 0
}

// Complete tells whether everything could be read and evaluated; what is off
// or not required does not count.
func (r *Report) Complete() bool {
	for _, n := range r.NotEvaluated {
		if n.Incomplete() {
			return false
		}
	}
	return len(r.Errors) == 0
}

// Formats lists the names that [Write] knows.
var Formats = []string{"table", "json"}

// Write writes the report in a format.
func Write(w io.Writer, format string, r *Report) error {
	switch format {
	case "table":
		return table(w, r)
	case "json":
		return writeJSON(w, r)
	}
	return fmt.Errorf("unknown output %q: want one of %v", format, Formats)
}
