// Package blockedfinalizer flags namespaces with App Mesh objects that cannot
// be deleted.
package blockedfinalizer

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces with App Mesh objects whose deletion has been
// waiting for a finalizer for longer than the policy's grace period.
var Analyzer = &analysis.Analyzer{
	Name:     "blockedfinalizer",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "App Mesh objects cannot be deleted",
	Why:      "The App Mesh controller lets an object go once AWS has deleted its counterpart; without a controller, or without an answer of AWS, it never does: the object stays, a namespace that is deleted hangs in Terminating, and no event tells why.",
	Fix:      "If controller and AWS still work, read the controller's log. Else scale the controller to 0, delete App Mesh's webhook configurations, which would refuse the next step, and remove the finalizers: kubectl patch KIND NAME -n NAMESPACE --type=merge -p '{\"metadata\":{\"finalizers\":null}}'.",
	Subject:  kinds.Namespaces.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	ns := p.Subject().Ref.Name
	grace := kinds.Thresholds(p).GracePeriod
	for _, stuck := range mesh.AppMeshDeletions(p, ns) {
		if since := stuck.Deleted; p.Reached(since.Add(grace)) {
			p.Report("", "%s has been waiting for its deletion since %s, held by the finalizer %s",
				stuck.Ref, since.Format("2006-01-02 15:04 MST"), stuck.Finalizer).
				Key(stuck.Ref.String()).Relate(stuck.Ref)
		}
	}
}
