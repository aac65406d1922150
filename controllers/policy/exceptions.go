package policy

import (
	"context"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// ExceptionOptions are the collaborators of [Exceptions]. They do not change.
type ExceptionOptions struct {
	Dynamic dynamic.Interface
	Client  client.Client // without a cache
	Checks  []analysis.Check
	Ledger  interface {
		SetException(e findings.Exception)
		DeleteException(namespace, name string)
		Expire() (next time.Time)
		Uses() []findings.Use
	}
	// Ready tells whether what the exceptions do is known: everything was
	// evaluated, and what earlier runs had found was read back. Before, no
	// status is written.
	Ready func() bool
	Clock clock.Clock
	Log   logr.Logger
}

// Exceptions keeps the ledger's exceptions equal to the MeshAuditExceptions of
// all namespaces. It is a runnable of the manager, which starts it once on every
// replica.
type Exceptions struct {
	ExceptionOptions
	look       *look
	listed     chan struct{} // closed once the first ones are in the ledger
	changed    chan struct{} // another may expire next
	moved      chan struct{} // a status may read otherwise
	complaints rate.Sometimes

	mu   sync.Mutex
	held map[types.NamespacedName]*held
}

// held is a MeshAuditException and what of it is not in force.
type held struct {
	object  *v1alpha1.MeshAuditException // immutable
	verdict Verdict
	use     findings.Use // at the last look; see [ExceptionStatus]
	// told is the status last written, of which the API server may have dropped
	// what its CRD lacks.
	told        *v1alpha1.MeshAuditExceptionStatus
	toldVersion string
}

// NewExceptions makes the runnable.
func NewExceptions(o ExceptionOptions) *Exceptions {
	return &Exceptions{
		ExceptionOptions: o, look: newLook("any MeshAuditException", "findings count", o.Clock, o.Log),
		listed: make(chan struct{}), changed: make(chan struct{}, 1), moved: make(chan struct{}, 1),
		complaints: rate.Sometimes{First: 10, Interval: time.Minute},
		held:       map[types.NamespacedName]*held{},
	}
}

// NeedLeaderElection is false: on every replica the same findings count.
func (*Exceptions) NeedLeaderElection() bool { return false }

// Listed is closed once the exceptions that there are act in the ledger, or
// cannot be read at present.
func (x *Exceptions) Listed() <-chan struct{} { return x.listed }

// Changed tells that findings changed, and with them what exceptions do. It
// does not block.
func (x *Exceptions) Changed() { signal(x.moved) }

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Start implements the manager's Runnable. It returns when ctx ends.
func (x *Exceptions) Start(ctx context.Context) error {
	informer, synced, err := x.informer()
	if err != nil {
		return err
	}
	var group sync.WaitGroup
	defer group.Wait()
	group.Go(func() { informer.RunWithContext(silently(ctx)) })
	group.Go(func() {
		x.look.wait(ctx, synced)
		close(x.listed)
	})
	x.expire(ctx)
	return nil
}

// nap bounds how long it is slept until an exception expires, since clocks are
// set.
const nap = time.Minute

// expire lets findings count again when their exceptions expire.
func (x *Exceptions) expire(ctx context.Context) {
	for ctx.Err() == nil {
		wait := nap
		if next := x.Ledger.Expire(); !next.IsZero() {
			wait = max(min(nap, next.Sub(x.Clock.Now())), time.Millisecond)
		}
		timer := x.Clock.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-x.changed:
		case <-timer.C():
		}
		timer.Stop()
	}
}
