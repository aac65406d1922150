package ingest

import (
	"context"
	"maps"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// source is one running watch: of a kind, or of a selection of its objects. All
// fields but the first five are guarded by the mutex of its kind.
type source struct {
	selection

	version, uid string
	cancel       context.CancelFunc
	done         chan struct{} // closed when the watch has ended

	known  names
	health health
}

// names are the objects that the inventory has from one source.
type names map[inventory.Ref]struct{}

// take moves the names of a namespace, or all, from n to another set.
func (n names) take(namespace string, to names) {
	maps.DeleteFunc(n, func(ref inventory.Ref, _ struct{}) bool {
		if namespace != "" && ref.Namespace != namespace {
			return false
		}
		to[ref] = struct{}{}
		return true
	})
}

func (s *source) stop() {
	s.cancel()
	<-s.done
}

// health is what a source has learned about whether it can read.
type health struct {
	synced      bool // a list came through
	streaming   bool // the next list comes through a watch
	listDenied  bool
	watchDenied bool
	absent      bool // the API server does not know the kind
	stale       bool
	failing     time.Time // since when nothing succeeds; zero if that is not so
	awaiting    time.Time // since when a list comes through a watch and is not complete; zero if that is not so
	reason      error     // the last error
}

// state is what the health means to readers.
func (h *health) state() inventory.State {
	switch {
	case h.listDenied || h.watchDenied:
		return inventory.Forbidden
	case h.absent:
		return inventory.SourceUnavailable
	case !h.synced:
		return inventory.NotSynced
	case h.stale:
		return inventory.Stale
	}
	return inventory.Listed
}

// listed: a list came through. One that came without a watch says nothing about
// whether watching is allowed: a kind that can be listed alone stays Forbidden,
// since else its state would change with every retry.
func (h *health) listed() {
	h.synced, h.listDenied = true, false
	h.watchDenied = h.watchDenied && !h.streaming
	h.recovered()
}

// watching: a watch was opened that continues a list.
func (h *health) watching() {
	h.watchDenied = false
	h.recovered()
}

func (h *health) recovered() {
	h.absent, h.stale, h.failing, h.awaiting = false, false, time.Time{}, time.Time{}
}

// await: a watch was opened through which a list is to come.
func (h *health) await(began time.Time) {
	h.streaming = true
	if h.awaiting.IsZero() {
		h.awaiting = began
	}
}

// failed books an error of a request that began then, and tells whether it is
// the first one after a success. It may have taken minutes to fail.
func (h *health) failed(err error, watching bool, began time.Time) bool {
	h.reason = err
	first := h.failing.IsZero()
	if first {
		h.failing = began
	}
	switch {
	case !denied(err):
	case watching:
		h.watchDenied = true
	default:
		h.listDenied = true
	}
	return first
}

// age makes a source stale that has failed for long, and tells whether it did.
func (h *health) age(now time.Time, limit time.Duration) bool {
	for _, since := range []time.Time{h.failing, h.awaiting} {
		if !h.stale && !since.IsZero() && now.Sub(since) >= limit {
			h.stale = true
			return true
		}
	}
	return false
}

// denied tells whether the API server refused, rather than failed, a request.
func denied(err error) bool { return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) }
