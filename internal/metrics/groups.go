package metrics

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// group is what findings are counted by: two labels, the second of which may
// be unused, and the severity.
type group struct {
	first, second string
	severity      analysis.Severity
}

func (g group) compare(o group) int {
	return cmp.Or(
		strings.Compare(g.first, o.first), strings.Compare(g.second, o.second), cmp.Compare(o.severity, g.severity),
	)
}

// counted yields the findings of the views that nothing suppresses.
func counted(views []*findings.View) iter.Seq2[*findings.Finding, *findings.View] {
	return func(yield func(*findings.Finding, *findings.View) bool) {
		for _, v := range views {
			for i := range v.Findings {
				if f := &v.Findings[i]; f.SuppressedBy == "" && !yield(f, v) {
					return
				}
			}
		}
	}
}

// checks counts by check and severity, without zeros.
func checks(out *bounded, views []*findings.View) {
	by := map[group]int{}
	for f := range counted(views) {
		by[group{first: f.Check.ID(), severity: f.Severity}]++
	}
	for _, g := range sorted(by) {
		out.gauge(checkDesc, float64(by[g]), g.first, g.severity.String())
	}
}

// namespaceCategories counts by namespace, category and severity, without zeros.
func namespaceCategories(out *bounded, views []*findings.View) {
	by := map[group]int{}
	for f, v := range counted(views) {
		by[group{v.Report, f.Check.Category, f.Severity}]++
	}
	for _, g := range sorted(by) {
		out.gauge(namespaceCategoryDesc, float64(by[g]), g.first, g.second, g.severity.String())
	}
}

func sorted(by map[group]int) []group { return slices.SortedFunc(maps.Keys(by), group.compare) }

// infos sends one series for each check, severity and subject with a finding,
// worst first.
func infos(out *bounded, views []*findings.View) {
	for _, s := range analysis.Severities {
		seen := map[[4]string]bool{}
		for f := range counted(views) {
			key := [4]string{f.Check.ID(), f.Subject.Namespace, string(f.Subject.Kind), f.Subject.Name}
			if f.Severity == s && !seen[key] {
				seen[key] = true
				out.gauge(infoDesc, 1, key[0], s.String(), key[1], key[2], key[3])
			}
		}
	}
}
