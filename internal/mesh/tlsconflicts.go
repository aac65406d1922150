package mesh

import (
	"iter"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// TLSConflict is a setting of a DestinationRule with which its clients are
// refused by a workload.
type TLSConflict struct {
	ClientTLS
	Service *kinds.Service
	// Workload is what refuses them on Port, a port of its Pods.
	Workload inventory.Ref
	Port     int32
	// Server is the mode on that port and By the policy that says so. By is nil
	// if the Pods have no sidecar, so that they get what they do not understand.
	Server ServerMode
	By     *kinds.PeerAuthentication
	// Live: running Pods show that they have, or have not, a sidecar.
	Live bool
}

// TLSConflicts yields the conflicts of a DestinationRule: of each setting that
// counts for some client, with each workload of the Services that it covers.
// A rule without TLS settings leaves the choice to auto mTLS and has none.
// Workloads without sidecar are looked for only where the rule is for one
// Service or one namespace.
func TLSConflicts(r inventory.Reader, d *kinds.DestinationRule) iter.Seq[TLSConflict] {
	return func(yield func(TLSConflict) bool) {
		strict, disable := refusable(d)
		if !d.Deleted.IsZero() || d.Spec.GetWorkloadSelector() != nil || !strict && !disable {
			return
		}
		s := &tlsSearch{r: r, rule: d, yield: yield, bare: disable}
		s.run(strict, disable)
	}
}

// refusable tells whether a sidecar that is strict, or one that is disabled,
// would refuse clients with some setting of the rule.
func refusable(d *kinds.DestinationRule) (strict, disable bool) {
	for t := range ClientSettings(d) {
		strict = strict || Refuses(Strict, t.Settings.GetMode())
		disable = disable || Refuses(Disable, t.Settings.GetMode())
	}
	return strict, disable
}
