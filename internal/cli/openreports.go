package cli

import (
	"fmt"

	"k8s.io/client-go/metadata"

	"github.com/meshaudit/meshaudit/controllers/report"
)

// export keeps OpenReports equal to the ledger where the policy says so.
func (o *operator) export() error {
	m, err := metadata.NewForConfig(o.config)
	if err != nil {
		return fmt.Errorf("publish OpenReports: %w", err)
	}
	o.openReports = report.NewOpenReports(report.Options{
		Client: o.manager.GetClient(), Metadata: m, Ledger: o.ledger, Asked: o.asked, Clock: o.clock,
		Log: o.log.WithName("openreports"),
	}, o.reports)
	return o.manager.Add(o.openReports)
}

// writers are all that write reports, by the policy's limits.
type writers []interface{ SetLimits(l report.Limits) }

// SetLimits implements the policy's target.
func (w writers) SetLimits(l report.Limits) {
	for _, writer := range w {
		writer.SetLimits(l)
	}
}
