package findings_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// BenchmarkView makes the view of a namespace with 5,000 findings anew: without
// exceptions, with 64 that name 64 subjects each, and with 64 whose 64 subjects
// are patterns.
func BenchmarkView(b *testing.B) {
	for _, c := range []struct{ name, subject string }{
		{"none", ""}, {"names", "object-%d"}, {"patterns", "object-%d*"},
	} {
		b.Run(c.name, func(b *testing.B) {
			l := crowded()
			for i := range 64 {
				if c.subject != "" {
					l.SetException(crowd(i, c.subject))
				}
			}
			var v *findings.View
			for b.Loop() {
				l.SetPolicy(findings.Policy{Profile: analysis.Recommended})
				v, _ = l.View("shop")
			}
			b.ReportMetric(float64(len(v.Findings)), "findings")
			b.ReportMetric(float64(v.Summary.Suppressed), "suppressed")
		})
	}
}

// crowded is a ledger of 2,500 subjects with two findings each.
func crowded() *findings.Ledger {
	l := findings.New(findings.Config{
		Schema: schema, Checks: []analysis.Check{broken, taste}, Now: func() time.Time { return time.Unix(0, 0) },
		SubjectKinds: func(analysis.Check) []inventory.Kind { return nil },
	})
	l.SetNamespace(findings.Namespace{Name: "shop"})
	for i := range 2500 {
		name := fmt.Sprintf("object-%d", i)
		r := &analysis.Result{Subject: route(name), Labels: map[string]string{"app": name}}
		for _, c := range []analysis.Check{broken, taste} {
			r.Findings = append(r.Findings, found(c, name, name+c.ID()))
		}
		l.Update([]*analysis.Result{r}, nil, true)
	}
	return l
}

func crowd(i int, subject string) findings.Exception {
	e := findings.Exception{Namespace: "shop", Name: fmt.Sprintf("e-%02d", i), Checks: []string{"routing/b*", "other/*"}}
	for j := range 64 {
		e.Subjects = append(e.Subjects, findings.Subject{Kind: "Route", Name: fmt.Sprintf(subject, i*64+j)})
	}
	return e
}
