package events

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/time/rate"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/metrics"
	"github.com/meshaudit/meshaudit/internal/report"
)

const (
	// Burst is how many Events are taken at once; from then on, one a second.
	Burst = 25
	// waiting is how many are taken and not written at most.
	waiting = 2 * Burst
)

// Observer is told what becomes of Events.
type Observer interface {
	// Event gets a result; see package metrics.
	Event(result string)
}

// Options are the recorder's collaborators. They do not change.
type Options struct {
	Client   client.Client
	Schema   *inventory.Schema
	Observer Observer
	Clock    clock.PassiveClock
	Log      logr.Logger
}

// Recorder writes Events. It is safe for concurrent use.
type Recorder struct {
	Options

	apiVersion func(inventory.Kind) string
	off        atomic.Bool
	limiter    *rate.Limiter
	queue      chan *corev1.Event
	complaints rate.Sometimes
}

// New makes a recorder that is switched on, and does not run.
func New(o Options) *Recorder {
	return &Recorder{
		Options: o, apiVersion: report.APIVersion(o.Schema),
		limiter: rate.NewLimiter(1, Burst), queue: make(chan *corev1.Event, waiting),
		complaints: rate.Sometimes{First: 3, Interval: 10 * time.Minute},
	}
}

// SetEnabled switches Events on and off, as the policy says.
func (r *Recorder) SetEnabled(on bool) { r.off.Store(!on) }

// Changed tells what changed in a report that now shows a view. It does not
// block.
func (r *Recorder) Changed(changes []report.Change, now *findings.View) {
	if r.off.Load() {
		return
	}
	for _, e := range Compose(changes, now) {
		r.take(e)
	}
}

func (r *Recorder) take(e Event) {
	now := r.Clock.Now()
	if !r.limiter.AllowN(now, 1) {
		r.Observer.Event(metrics.Dropped)
		return
	}
	select {
	case r.queue <- e.object(r.apiVersion, now):
	default:
		r.Observer.Event(metrics.Dropped)
	}
}

// Run writes Events until ctx ends, or until none is left after last was closed.
func (r *Recorder) Run(ctx context.Context, last <-chan struct{}) {
	for {
		select {
		case e := <-r.queue:
			r.write(ctx, e)
			continue
		case <-ctx.Done():
			return
		case <-last:
		}
		if len(r.queue) == 0 {
			return
		}
	}
}

// write tries once: what is late is no news.
func (r *Recorder) write(ctx context.Context, e *corev1.Event) {
	err := r.Client.Create(ctx, e)
	if err == nil {
		r.Observer.Event(metrics.Written)
		return
	}
	r.Observer.Event(metrics.Failed)
	if ctx.Err() == nil && !apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) {
		r.complaints.Do(func() { r.Log.Error(err, "cannot write an Event", "object", e.InvolvedObject.Name) })
	}
}
