package report

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/metrics"
	"github.com/meshaudit/meshaudit/internal/report"
)

// sync makes the API server hold what the ledger knows of one report. It tells
// whether it wrote.
func (c *Controller) sync(ctx context.Context, name string) (wrote bool, err error) {
	held, trusted := c.memory.recall(name)
	if !trusted {
		if held, err = c.look(ctx, name); err != nil {
			return false, err
		}
	}
	d, wanted := c.render(name)
	if !wanted {
		return c.withdraw(ctx, name, held)
	}
	if d.stamp(held, c.Clock.Now()) {
		return false, nil
	}
	if held == nil {
		if held, err = c.create(ctx, name); err != nil {
			return true, err
		}
		c.Observer.Wrote(metrics.Created)
	}
	if err := c.update(ctx, name, d, held); err != nil {
		return true, err
	}
	c.Observer.Wrote(metrics.Updated)
	return true, nil
}

// render makes the report; it reports false if there should be none.
func (c *Controller) render(name string) (document, bool) {
	o := report.Options{APIVersion: report.APIVersion(c.Ledger.Schema), MaxSize: int(c.maxSize.Load())}
	if name == "" {
		kinds := report.Kinds(c.Ledger.Schema, c.Ledger.States(), c.Source)
		if c.Sources != nil {
			o.Sources = c.Sources()
		}
		return clusterDocument(&v1alpha1.ClusterMeshAuditReport{
			Status: report.Cluster(c.Ledger.Views(), kinds, o),
		}), true
	}
	v, ok := c.Ledger.View(name)
	if !ok {
		return document{}, false
	}
	r := &v1alpha1.MeshAuditReport{Status: report.Namespaced(v, o)}
	r.Namespace = name
	return namespacedDocument(r), true
}

// look reads what the API server holds.
func (c *Controller) look(ctx context.Context, name string) (*holding, error) {
	d := newDocument(name)
	err := c.Client.Get(ctx, client.ObjectKeyFromObject(d.Object), d.Object)
	if apierrors.IsNotFound(err) {
		c.memory.hold(name, nil)
		return nil, nil //nolint:nilnil // there is no such report, and that is known
	}
	if err != nil {
		return nil, fmt.Errorf("read the report: %w", err)
	}
	h := d.holding()
	full := d.full()
	h.foreign = &full
	c.memory.hold(name, h)
	c.Ledger.Recall(name, report.Restore(d.common, c.checks))
	return h, nil
}

// create makes a report with an empty status, which can only be written to an
// object that exists. Should the second write not come, the report is found to
// differ and gets it later.
func (c *Controller) create(ctx context.Context, name string) (*holding, error) {
	if err := c.limiter.Wait(ctx); err != nil {
		return nil, fmt.Errorf("wait to create the report: %w", err)
	}
	d := newDocument(name)
	if err := c.Client.Create(ctx, d.Object); err != nil {
		return nil, fmt.Errorf("create the report: %w", err)
	}
	h := d.holding()
	c.memory.hold(name, h)
	return h, nil
}

func (c *Controller) update(ctx context.Context, name string, d document, held *holding) error {
	if err := c.limiter.Wait(ctx); err != nil {
		return fmt.Errorf("wait to write the report: %w", err)
	}
	d.SetUID(held.uid)
	d.SetResourceVersion(held.version)
	rendered := d.digest()
	if err := c.Client.Status().Update(ctx, d.Object); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	h := d.holding()
	h.pruned = h.digest != rendered
	h.digest = rendered
	c.memory.hold(name, h)
	return nil
}
