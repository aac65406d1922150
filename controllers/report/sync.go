package report

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/metrics"
)

// sync makes the API server hold what the ledger knows of one report: the
// document, nil if there should be none. It tells whether it wrote.
func (c *Controller) sync(ctx context.Context, name string) (holds document, wrote bool, err error) {
	held, trusted := c.memory.recall(name)
	if !trusted {
		if held, err = c.look(ctx, name); err != nil {
			return nil, false, err
		}
	}
	d, wanted := c.format.render(name, int(c.maxSize.Load()))
	if !wanted {
		wrote, err = c.withdraw(ctx, name, held)
		return nil, wrote, err
	}
	if d.stamp(held, c.Clock.Now()) {
		return d, false, nil
	}
	if held == nil {
		if held, err = c.create(ctx, name, d); err != nil {
			return nil, true, err
		}
		c.Observer.Wrote(metrics.Created)
		if d.stamp(held, c.Clock.Now()) {
			return d, true, nil
		}
	}
	if err := c.update(ctx, name, d, held); err != nil {
		return nil, true, err
	}
	c.Observer.Wrote(metrics.Updated)
	return d, true, nil
}

// look reads what the API server holds.
func (c *Controller) look(ctx context.Context, name string) (*holding, error) {
	d := c.format.document(name)
	err := c.Client.Get(ctx, client.ObjectKeyFromObject(d.object()), d.object())
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
	c.format.recalled(name, d)
	return h, nil
}

// create makes a report, with its content if the format can.
func (c *Controller) create(ctx context.Context, name string, d document) (*holding, error) {
	if err := c.limiter.Wait(ctx); err != nil {
		return nil, fmt.Errorf("wait to create the report: %w", err)
	}
	created, err := c.format.create(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("create the report: %w", err)
	}
	h := created.holding()
	c.memory.hold(name, h)
	return h, nil
}

func (c *Controller) update(ctx context.Context, name string, d document, held *holding) error {
	if err := c.limiter.Wait(ctx); err != nil {
		return fmt.Errorf("wait to write the report: %w", err)
	}
	d.object().SetUID(held.uid)
	d.object().SetResourceVersion(held.version)
	rendered := d.digest()
	if err := c.format.write(ctx, d); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	h := d.holding()
	h.pruned = h.digest != rendered
	h.digest = rendered
	c.memory.hold(name, h)
	return nil
}
