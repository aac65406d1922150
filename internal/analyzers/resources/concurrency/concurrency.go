// Package concurrency flags proxies with more worker threads than their cpu
// limit carries.
package concurrency

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags proxies with more worker threads than their cpu limit carries.
// Unless it is told, pilot-agent takes the limit, rounded up, or one thread per
// core of the node.
var Analyzer = &analysis.Analyzer{
	Name:     "concurrency",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "A proxy runs more worker threads than its CPU limit carries",
	Why:      "The threads share the limit, so that all of them are halted when it is used up and requests wait, and each thread has connection pools and memory of its own.",
	Fix:      "Leave concurrency unset and give the proxy a cpu limit, from which it takes the number of threads; or set concurrency to the limit, rounded up.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	t := mesh.OfWorkload(w)
	if mesh.Proxyless(&t) || w.Spec().Amounts || mesh.Meshed(p, w) != mesh.Yes {
		return
	}
	amounts, known := mesh.EffectiveProxy(p, w)
	if known != mesh.Yes {
		return
	}
	judge(p, w, &t, amounts.Of(mesh.Limits[0]))
}

// judge compares the number of threads with the cpu limit.
func judge(p *analysis.Pass, w *kinds.Workload, t *mesh.Template, limit mesh.Amount) {
	n, set, by := mesh.Concurrency(p, t)
	field := mesh.AmountField(w, mesh.Amount{Source: by.Text})
	switch threads := int64(n); {
	case !set && !limit.Given:
		p.Report(mesh.ProxyResourcesField(w),
			"neither concurrency nor a cpu limit is set, so that the proxy runs one worker thread per core of its node").
			At(analysis.Info)
	case set && n == 0 && limit.Given:
		p.Report(field, "concurrency 0 (%s) is one worker thread per core of the node, and they share a cpu limit of %s (%s)",
			by.Text, limit.Quantity.String(), limit.Source).Relate(mesh.Given(by.Ref, limit.By)...)
	case set && limit.Given && threads > limit.Quantity.Value():
		p.Report(field, "concurrency %d (%s) is more worker threads than a cpu limit of %s carries (%s)",
			n, by.Text, limit.Quantity.String(), limit.Source).Relate(mesh.Given(by.Ref, limit.By)...)
	}
}
