package ingest

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

var errNoContext = errors.New("list or watch without a context")

// withoutStreaming makes a reflector list before it watches.
type withoutStreaming struct{ *observer }

// IsWatchListSemanticsUnSupported is the question that reflectors ask.
func (withoutStreaming) IsWatchListSemanticsUnSupported() bool { return true }

var (
	_ cache.ListerWatcherWithContext = (*observer)(nil)
	_ cache.ListerWatcherWithContext = withoutStreaming{}
)

// observer reads for a reflector and learns from how that went.
type observer struct {
	kind   *kindWatch
	source *source
	reader *reader
}

// List is never called: reflectors prefer [observer.ListWithContext].
func (*observer) List(metav1.ListOptions) (runtime.Object, error) { return nil, errNoContext }

// Watch is never called: reflectors prefer [observer.WatchWithContext].
func (*observer) Watch(metav1.ListOptions) (watch.Interface, error) { return nil, errNoContext }

func (o *observer) ListWithContext(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	if options.ResourceVersion == "0" {
		options.ResourceVersion = "" // what is cached comes in one piece, and may be of the past
	}
	began := o.kind.options.Clock.Now()
	list, err := o.reader.list(ctx, o.source.selection, options)
	o.learn(ctx, began, err, false, func(h *health) { h.streaming = false })
	return list, err
}

func (o *observer) WatchWithContext(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	began := o.kind.options.Clock.Now()
	w, err := o.reader.watch(ctx, o.source.selection, options)
	streaming := options.SendInitialEvents != nil
	if streaming && apierrors.IsInvalid(err) {
		return w, err // the API server is too old to stream lists: a list follows
	}
	o.learn(ctx, began, err, true, func(h *health) {
		if streaming {
			h.await(began)
			return
		}
		h.streaming = false
		o.kind.recovered(h.watching)
	})
	return w, err
}

// learn books a success or an error of a request that began then. That a
// request ended because the source does says nothing.
func (o *observer) learn(
	ctx context.Context, began time.Time, err error, watching bool, succeeded func(*health),
) {
	if ctx.Err() != nil {
		return
	}
	o.kind.update(func() {
		h := &o.source.health
		if err == nil {
			succeeded(h)
			return
		}
		h.absent = h.absent || apierrors.IsNotFound(err) && !o.kind.row.Custom
		if h.failed(err, watching, began) {
			o.kind.journal.trouble(o.kind.row.Kind, err)
		}
	})
}
