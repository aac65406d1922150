package policy

import (
	"context"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
)

// Back-off after failures.
const (
	firstRetry = 200 * time.Millisecond
	lastRetry  = time.Minute
)

// Options are the controller's collaborators. They do not change.
type Options struct {
	Dynamic dynamic.Interface
	Client  client.Client // without a cache
	Checks  []analysis.Check
	Targets Targets
	// After, if not nil, is closed once the settings may be applied: nothing is
	// evaluated before.
	After <-chan struct{}
	Clock clock.Clock
	Log   logr.Logger
}

// Controller applies the policy. It is a runnable of the manager, which starts
// it once on every replica.
type Controller struct {
	Options
	changed chan struct{} // the policy may be another
	look    *look
	status  workqueue.TypedRateLimitingInterface[string]

	mu     sync.Mutex
	latest *v1alpha1.MeshAuditPolicy // nil if there is none
	wanted Verdict
}

// New makes a controller.
func New(o Options) *Controller {
	return &Controller{
		Options: o, changed: make(chan struct{}, 1), look: newLook("the policy", "the defaults hold", o.Clock, o.Log),
		status: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[string](firstRetry, lastRetry),
		),
	}
}

// NeedLeaderElection is false: every replica evaluates by the same policy.
func (*Controller) NeedLeaderElection() bool { return false }

// Start implements the manager's Runnable. It returns when ctx ends.
func (c *Controller) Start(ctx context.Context) error {
	defer c.status.ShutDown() // also where nobody leads, and so nobody takes from it
	informer, err := c.informer()
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	defer group.Wait()
	group.Go(func() { informer.RunWithContext(silently(ctx)) })
	c.look.wait(ctx, informer.HasSynced)
	c.await(ctx)
	var applied *v1alpha1.MeshAuditPolicy
	for ctx.Err() == nil {
		applied = c.take(informer.GetStore(), applied)
		select {
		case <-ctx.Done():
		case <-c.changed:
		}
	}
	return nil
}

func (c *Controller) await(ctx context.Context) {
	if c.After == nil {
		return
	}
	select {
	case <-c.After:
	case <-ctx.Done():
	}
}

// take applies the stored policy unless it says what is already applied, and
// gives what is applied now.
func (c *Controller) take(store cache.Store, applied *v1alpha1.MeshAuditPolicy) *v1alpha1.MeshAuditPolicy {
	p, broken := stored(store)
	settings, verdict := Compile(p, c.Checks)
	verdict.Rejected = append(verdict.Rejected, broken...)
	defer c.publish(p, verdict)
	next := p
	if next == nil {
		next = &v1alpha1.MeshAuditPolicy{}
	}
	if applied != nil && equality.Semantic.DeepEqual(applied.Spec, next.Spec) {
		return applied
	}
	c.Targets.apply(&settings)
	c.Log.Info("policy applied", "found", p != nil, "rejected", len(verdict.Rejected))
	return next
}
