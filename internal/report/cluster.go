package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Cluster is the status of the cluster's report. Views are those of all
// reports, the cluster's first, as the ledger lists them. Times are zero but
// for those of the findings; see [Stamp].
func Cluster(views []*findings.View, kinds []Availability, o Options) v1alpha1.ClusterMeshAuditReportStatus {
	blind := Blind(views)
	s := v1alpha1.ClusterMeshAuditReportStatus{
		ReportStatus: o.common(views[0], blind), Totals: summary(totals(views, blind)),
		Sources: Sources(kinds, o.Sources),
	}
	s.Conditions = append(s.Conditions, sourceConditions(s.Sources)...)
	for _, k := range kinds {
		s.Kinds = append(s.Kinds, v1alpha1.KindStatus{
			Kind: string(k.Kind), Source: k.Source,
			State: v1alpha1.Availability(k.State.String()), Message: stateMessages[k.State],
		})
	}
	o.truncate(&s.ReportStatus, Size(&s))
	return s
}

// totals sums up. A check that could not run in many places counts once.
func totals(views []*findings.View, blind []analysis.NotEvaluated) findings.Summary {
	var sum findings.Summary
	for _, v := range views {
		sum.Add(v.Summary)
	}
	sum.NotEvaluated = len(blind)
	return sum
}

// Blind lists what was not evaluated in any of the views: one entry for each
// check and reason, with all the kinds, sorted.
func Blind(views []*findings.View) []analysis.NotEvaluated {
	type key struct {
		check  string
		reason inventory.State
	}
	at := map[key]int{}
	var out []analysis.NotEvaluated
	for _, v := range views {
		for _, n := range v.NotEvaluated {
			k := key{n.Check.ID(), n.Reason}
			i, ok := at[k]
			if !ok {
				i = len(out)
				at[k] = i
				out = append(out, analysis.NotEvaluated{Check: n.Check, Reason: n.Reason, Optional: true})
			}
			out[i].Optional = out[i].Optional && n.Optional
			out[i].Kinds = merge(out[i].Kinds, n.Kinds)
		}
	}
	slices.SortFunc(out, func(a, b analysis.NotEvaluated) int {
		return cmp.Or(strings.Compare(a.Check.ID(), b.Check.ID()), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}

// merge adds the kinds that are missing to a sorted list of its own.
func merge(own, more []inventory.Kind) []inventory.Kind {
	for _, k := range more {
		if i, found := slices.BinarySearch(own, k); !found {
			own = slices.Insert(own, i, k)
		}
	}
	return own
}
