// Package audit puts kinds, checks, engine and ledger together the same way
// for the operator, the command line and the tests, so that they cannot
// disagree.
package audit

import (
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Engine configures an engine with all kinds and the given checks. Broken is
// told of checks that panic, possibly from several goroutines.
func Engine(checks []analysis.Check, broken func(analysis.Panic)) engine.Config {
	return engine.Config{
		Schema: kinds.Schema(), Checks: checks, WorkloadKinds: workloadKinds(),
		IsWorkload: kinds.IsWorkload, Identify: kinds.Identify, Broken: broken,
	}
}

// Ledger configures a ledger for all checks. System is the operator's namespace;
// "" if there is none.
func Ledger(system string, now func() time.Time, changed func([]string)) findings.Config {
	return findings.Config{
		Schema: kinds.Schema(), Checks: analyzers.All, SubjectKinds: SubjectKinds, System: system,
		Now: now, Changed: changed,
	}
}

// SubjectKinds lists the kinds whose objects are subjects of a check.
func SubjectKinds(c analysis.Check) []inventory.Kind {
	var out []inventory.Kind
	for _, k := range c.Subjects() {
		switch k {
		case analysis.Workload:
			out = append(out, workloadKinds()...)
		case analysis.Faulty:
		default:
			out = append(out, k)
		}
	}
	return out
}

func workloadKinds() []inventory.Kind {
	list := []inventory.Kind{kinds.Pods.Name}
	for _, k := range kinds.ControllerKinds {
		list = append(list, k.Name)
	}
	return list
}

// Namespace is what the ledger must know of an object of the kind Namespace.
func Namespace(o *inventory.Object) findings.Namespace {
	n := findings.Namespace{Name: o.Ref.Name}
	if v := kinds.Namespaces.Of(o); v != nil {
		n.Labels, n.Terminating = v.Labels, v.Terminating
	}
	return n
}
