package report

import (
	"context"
	"fmt"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

// namespaces remembers which namespaces there are, and which are ending.
type namespaces struct {
	mu     sync.Mutex
	ending map[string]bool
}

// SetNamespace tells of a namespace that came or changed. It is called before
// the ledger is told.
func (c *Controller) SetNamespace(n findings.Namespace) {
	c.namespaces.mu.Lock()
	defer c.namespaces.mu.Unlock()
	if c.namespaces.ending == nil {
		c.namespaces.ending = map[string]bool{}
	}
	c.namespaces.ending[n.Name] = n.Terminating
}

// DeleteNamespace tells of a namespace that is gone. It is called before the
// ledger is told.
func (c *Controller) DeleteNamespace(name string) {
	c.namespaces.mu.Lock()
	defer c.namespaces.mu.Unlock()
	delete(c.namespaces.ending, name)
	c.history.ended(name)
}

func (n *namespaces) get(name string) (ending, known bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ending, known = n.ending[name]
	return ending, known
}

// withdraw deletes a report that should not be.
func (c *Controller) withdraw(ctx context.Context, name string, held *holding) (wrote bool, err error) {
	if held == nil || held.stranger || !c.disposable(name) {
		return false, nil
	}
	if err := c.limiter.Wait(ctx); err != nil {
		return false, fmt.Errorf("wait to delete the report: %w", err)
	}
	err = c.Client.Delete(ctx, c.format.document(name).object(), client.Preconditions{UID: &held.uid})
	if client.IgnoreNotFound(err) != nil {
		return true, fmt.Errorf("delete the report: %w", err)
	}
	c.memory.hold(name, nil)
	if err == nil {
		c.Observer.Wrote(metrics.Deleted)
	}
	return true, nil
}

// disposable tells whether the namespace may lose its report. One that is ending
// takes it along, and so did one that is gone: a report in a namespace that is
// unknown shows that the list of namespaces is of the past, or could not be read.
func (c *Controller) disposable(name string) bool {
	ending, known := c.namespaces.get(name)
	return known && !ending
}

// astray tells whether the API server held something else than was known.
func astray(err error) bool {
	return apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) || apierrors.IsNotFound(err)
}
