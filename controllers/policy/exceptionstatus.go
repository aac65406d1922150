package policy

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// The pace of statuses. Thousands of exceptions may change at once, as when the
// policy does; the API server has better things to do.
const (
	quiet           = 300 * time.Millisecond // after a change
	between         = 2 * time.Second        // looks
	writesPerSecond = 20
)

// ExceptionStatus writes the statuses of exceptions. It is a runnable of the
// manager, which starts it once on the leader.
type ExceptionStatus struct {
	x       *Exceptions
	limiter *rate.Limiter
}

// Status is the runnable that writes the statuses.
func (x *Exceptions) Status() *ExceptionStatus {
	return &ExceptionStatus{x: x, limiter: rate.NewLimiter(writesPerSecond, writesPerSecond)}
}

// NeedLeaderElection is true: only one replica writes.
func (*ExceptionStatus) NeedLeaderElection() bool { return true }

// Start implements the manager's Runnable. It returns when ctx ends.
func (s *ExceptionStatus) Start(ctx context.Context) error {
	queue := workqueue.NewTypedRateLimitingQueue(
		workqueue.NewTypedItemExponentialFailureRateLimiter[types.NamespacedName](firstRetry, lastRetry),
	)
	var group sync.WaitGroup
	defer group.Wait()
	defer queue.ShutDown()
	group.Go(func() {
		for s.next(ctx, queue) {
		}
	})
	signal(s.x.moved) // whatever came before this replica led
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.x.moved:
		}
		s.pause(ctx, quiet)
		if !s.x.Ready() {
			signal(s.x.moved)
		} else {
			for _, key := range s.look() {
				queue.Add(key)
			}
		}
		s.pause(ctx, between)
	}
}

// pause waits, no longer than until ctx ends.
func (s *ExceptionStatus) pause(ctx context.Context, d time.Duration) {
	timer := s.x.Clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C():
	case <-ctx.Done():
	}
}

// look asks the ledger what the exceptions do, and names those whose status
// says something else.
func (s *ExceptionStatus) look() (stale []types.NamespacedName) {
	s.x.mu.Lock()
	defer s.x.mu.Unlock()
	for _, use := range s.x.Ledger.Uses() {
		key := types.NamespacedName{Namespace: use.Namespace, Name: use.Name}
		if h := s.x.held[key]; h != nil {
			h.use = use
			if h.differs(h.status(s.x.Clock.Now())) {
				stale = append(stale, key)
			}
		}
	}
	return stale
}

func (s *ExceptionStatus) next(
	ctx context.Context, queue workqueue.TypedRateLimitingInterface[types.NamespacedName],
) bool {
	key, down := queue.Get()
	if down {
		return false
	}
	defer queue.Done(key)
	if err := s.write(ctx, key); err != nil {
		s.x.Log.V(1).Info("cannot write an exception's status, trying again",
			"exception", key.String(), "error", err.Error())
		queue.AddRateLimited(key)
		return true
	}
	queue.Forget(key)
	return true
}

// write writes a status if it differs. After a conflict, the watch brings the
// exception that is there; one that is not found is gone.
func (s *ExceptionStatus) write(ctx context.Context, key types.NamespacedName) error {
	if err := s.limiter.Wait(ctx); err != nil {
		return fmt.Errorf("wait to write the status: %w", err)
	}
	s.x.mu.Lock()
	h := s.x.held[key]
	if h == nil || h.use.Name == "" { // another spec: the next look is for it
		s.x.mu.Unlock()
		return nil
	}
	object, status := h.object.DeepCopy(), h.status(s.x.Clock.Now())
	differs, from := h.differs(status), object.ResourceVersion
	s.x.mu.Unlock()
	if !differs {
		return nil
	}
	object.Status = status
	if err := s.x.Client.Status().Update(ctx, object); err != nil {
		return client.IgnoreNotFound(err) //nolint:wrapcheck // the log says what was tried
	}
	s.x.wrote(key, from, object, &status)
	return nil
}

// wrote takes over what the API server answered, unless the watch was faster.
func (x *Exceptions) wrote(
	key types.NamespacedName, from string, object *v1alpha1.MeshAuditException, told *v1alpha1.MeshAuditExceptionStatus,
) {
	x.mu.Lock()
	defer x.mu.Unlock()
	h := x.held[key]
	if h == nil {
		return
	}
	h.told, h.toldVersion = told, object.ResourceVersion
	if h.object.ResourceVersion == from {
		h.object = object
	}
}

// status is what the status should say.
func (h *held) status(now time.Time) v1alpha1.MeshAuditExceptionStatus {
	out := v1alpha1.MeshAuditExceptionStatus{
		ObservedGeneration: h.object.Generation,
		State:              states[h.use.State],
		Matched:            count(h.use.Matched),
		Refused:            count(h.use.Refused),
		LastMatch:          h.object.Status.LastMatch,
		Rejected:           h.verdict.Rejected,
		UnmatchedPatterns:  h.verdict.Unmatched,
	}
	if out.Matched != h.object.Status.Matched {
		out.LastMatch = metav1.NewTime(now.UTC().Truncate(time.Second))
	}
	return out
}

var states = map[findings.UseState]v1alpha1.ExceptionState{
	findings.Active:  v1alpha1.ExceptionActive,
	findings.Unused:  v1alpha1.ExceptionUnused,
	findings.Expired: v1alpha1.ExceptionExpired,
}

func count(n int) int32 { return int32(min(n, math.MaxInt32)) } //nolint:gosec // it fits

// differs tells whether the API server holds another status. What its CRD lacks
// is written once.
func (h *held) differs(status v1alpha1.MeshAuditExceptionStatus) bool {
	if h.told != nil && h.toldVersion == h.object.ResourceVersion && equality.Semantic.DeepEqual(h.told, &status) {
		return false
	}
	return !equality.Semantic.DeepEqual(&h.object.Status, &status)
}
