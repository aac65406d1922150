package policy

import (
	"context"
	"sync"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"
)

// patience is how long a first look may take before the settings are applied
// without it. It is shorter than the engine's wait for the first lists.
const patience = 30 * time.Second

// look is the first look at objects of one of our kinds.
type look struct {
	what, otherwise string
	clock           clock.Clock
	log             logr.Logger
	denied          chan struct{} // closed when nothing can be read at present
	deny            sync.Once
}

func newLook(what, otherwise string, c clock.Clock, log logr.Logger) *look {
	return &look{what: what, otherwise: otherwise, clock: c, log: log, denied: make(chan struct{})}
}

// failed takes the absence of the CRD, or of the right to read it, for the
// absence of objects. The reflector tries again.
func (l *look) failed(_ context.Context, _ *cache.Reflector, err error) {
	if apierrors.IsNotFound(err) || apierrors.IsForbidden(err) {
		l.deny.Do(func() { close(l.denied) })
	}
	l.log.V(1).Info("cannot watch "+l.what, "error", err.Error())
}

// silently makes a watch's own log silent: [look.failed] tells what matters. Of
// a kind of which nothing has changed since the API server started, no bookmark
// comes, and the watch ends for that every few minutes, with an error.
func silently(ctx context.Context) context.Context { return klog.NewContext(ctx, logr.Discard()) }

// wait returns when it is known which objects there are, or that this cannot be
// known at present.
func (l *look) wait(ctx context.Context, synced cache.InformerSynced) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	timer := l.clock.NewTimer(patience)
	defer timer.Stop()
	known := make(chan struct{})
	go func() {
		if cache.WaitForCacheSync(ctx.Done(), synced) {
			close(known)
		}
	}()
	select {
	case <-known:
	case <-l.denied:
		l.log.Info(l.what + " cannot be read, " + l.otherwise)
	case <-timer.C():
		l.log.Info(l.what + " is not known yet, " + l.otherwise)
	case <-ctx.Done():
	}
}
