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

// patience is how long the first look at the policy may take before the
// defaults hold. It is shorter than the engine's wait for the first lists.
const patience = 30 * time.Second

// Options are the controller's collaborators. They do not change.
type Options struct {
	Dynamic dynamic.Interface
	Client  client.Client // without a cache
	Checks  []analysis.Check
	Targets Targets
	Clock   clock.Clock
	Log     logr.Logger
}

// Controller applies the policy. It is a runnable of the manager, which starts
// it once on every replica.
type Controller struct {
	Options
	changed chan struct{} // the policy may be another
	denied  chan struct{} // closed when no policy can be read at present
	deny    sync.Once
	status  workqueue.TypedRateLimitingInterface[string]

	mu     sync.Mutex
	latest *v1alpha1.MeshAuditPolicy // nil if there is none
	wanted Verdict
}

// New makes a controller.
func New(o Options) *Controller {
	return &Controller{
		Options: o, changed: make(chan struct{}, 1), denied: make(chan struct{}),
		status: workqueue.NewTypedRateLimitingQueue(
			workqueue.NewTypedItemExponentialFailureRateLimiter[string](200*time.Millisecond, time.Minute),
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
	group.Go(func() { informer.RunWithContext(ctx) })
	c.firstLook(ctx, informer)
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

// firstLook waits until it is known whether there is a policy, or that this
// cannot be known at present.
func (c *Controller) firstLook(ctx context.Context, informer cache.SharedIndexInformer) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	timer := c.Clock.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-c.synced(ctx, informer):
	case <-c.denied:
		c.Log.Info("the policy cannot be read, the defaults hold")
	case <-timer.C():
		c.Log.Info("the policy is not known yet, the defaults hold")
	case <-ctx.Done():
	}
}

func (*Controller) synced(ctx context.Context, informer cache.SharedIndexInformer) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		if cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
			close(done)
		}
	}()
	return done
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
