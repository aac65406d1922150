package report

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/report"
)

// page is how many reports are read at a time.
const page = 50

// restore reads back what an earlier run wrote, however long it takes: nothing
// may be written before. It reports false if ctx ends.
func (c *Controller) restore(ctx context.Context) bool {
	pause := wait.Backoff{Duration: time.Second, Factor: 2, Cap: lastRetry, Steps: 8, Jitter: 0.1}
	for {
		err := c.readBack(ctx)
		if err == nil {
			return true
		}
		c.complain("cannot read the reports back", err)
		if c.pause(ctx, pause.Step()); ctx.Err() != nil {
			return false
		}
	}
}

func (c *Controller) readBack(ctx context.Context) error {
	var cluster v1alpha1.ClusterMeshAuditReportList
	if err := c.Client.List(ctx, &cluster); err != nil {
		return fmt.Errorf("list the cluster's report: %w", err)
	}
	if c.Recalled != nil {
		var sources []v1alpha1.SourceStatus
		for i := range cluster.Items {
			sources = append(sources, cluster.Items[i].Status.Sources...)
		}
		c.Recalled(ctx, sources)
	}
	for i := range cluster.Items {
		c.take("", clusterDocument(&cluster.Items[i]))
	}
	for next := ""; ; {
		var list v1alpha1.MeshAuditReportList
		if err := c.Client.List(ctx, &list, client.Limit(page), client.Continue(next)); err != nil {
			return fmt.Errorf("list the reports: %w", err)
		}
		for i := range list.Items {
			c.take(list.Items[i].Namespace, namespacedDocument(&list.Items[i]))
		}
		if next = list.Continue; next == "" {
			return nil
		}
	}
}

// take hands a report to the ledger, unless an earlier try did.
func (c *Controller) take(name string, d document) {
	if c.memory.has(name) {
		return
	}
	c.memory.hold(name, d.holding())
	c.Ledger.Restore(name, report.Restore(d.common, c.checks))
}
