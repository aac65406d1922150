package report

import (
	"context"
	"sync"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/report"
)

// history remembers what each of our own reports showed last, to tell what came
// and went: first in the report itself, with the write that shows the change, and
// once that has succeeded in counters and Events. After a crash in between, the
// next leader reads back a report that shows the change, and counts nothing. The
// nil history, of a format that has none, remembers and tells nothing.
type history struct {
	Options

	mu sync.Mutex
	// shown holds nil for a namespace that was not audited: what is found there
	// first is no news.
	shown map[string]*report.Shown
}

// news is what a document shows, compared with what the report showed.
type news struct {
	shows   *report.Shown
	changes []report.Change
}

func newHistory(o Options) *history { return &history{Options: o, shown: map[string]*report.Shown{}} }

func (h *history) set(name string, s *report.Shown) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shown[name] = s
}

// before is what a report showed, if it is to show a view now.
func (h *history) before(name string, now *findings.View) *report.Shown {
	h.mu.Lock()
	defer h.mu.Unlock()
	shown, known := h.shown[name]
	switch {
	case !known:
		shown = report.Nothing()
		h.shown[name] = shown
	case shown == nil:
		shown = &report.Shown{View: now}
	}
	return shown
}

// compare gives the news of a view, and adds what went to the options by which
// the view is rendered.
func (h *history) compare(name string, now *findings.View, o *report.Options) *news {
	before := h.before(name, now)
	n := &news{changes: before.Changes(now)}
	o.Resolved = o.Resolve(before, n.changes, now, h.Clock.Now())
	n.shows = &report.Shown{View: now, Resolved: o.Resolved}
	return n
}

// restored tells of a report that was read back at the start.
func (h *history) restored(name string, s *v1alpha1.ReportStatus, published []findings.Finding) {
	h.set(name, report.ReadBack(s, published))
}

// recalled tells what the API server holds that somebody else may have written.
func (h *history) recalled(name string, s *v1alpha1.ReportStatus, published []findings.Finding) {
	h.mu.Lock()
	defer h.mu.Unlock()
	shown, known := h.shown[name]
	switch {
	case !known:
		h.shown[name] = report.ReadBack(s, published)
	case shown != nil:
		o := report.Options{APIVersion: report.APIVersion(h.Ledger.Schema)}
		h.shown[name] = o.Agree(shown, s.Resolved, h.Clock.Now())
	}
}

// withdrawn tells that there is no report and should be none: since the
// namespace is not audited, or is no more.
func (h *history) withdrawn(name string, unaudited bool) {
	switch {
	case h == nil:
	case unaudited:
		h.set(name, nil)
	default:
		h.ended(name)
	}
}

// ended tells that the namespace is gone, which resolves nothing.
func (h *history) ended(name string) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.shown, name)
}

// published tells that the API server holds a document, and whether what is new
// in it is worth an Event; d is nil if there should be no report.
func (h *history) published(name string, d document, event bool) {
	if h == nil || d == nil {
		return
	}
	n := d.(ownDocument).news
	h.set(name, n.shows)
	for i := range n.changes {
		switch c := &n.changes[i]; {
		case c.Opened():
			h.Observer.Opened(c.After.Severity)
		case c.Resolved():
			h.Observer.Resolved(c.Before.Severity)
		}
	}
	if event && h.Events != nil && len(n.changes) > 0 {
		h.Events.Changed(n.changes, n.shows.View)
	}
}

// run writes Events until ctx ends. Finish writes those that are left; nothing
// may be published any more.
func (h *history) run(ctx context.Context) (finish func()) {
	if h == nil || h.Events == nil {
		return func() {}
	}
	last := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() { h.Events.Run(ctx, last) })
	return func() { close(last); group.Wait() }
}
