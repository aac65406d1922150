package ingest

import (
	"context"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// follow makes the primary source what the plan says. Only the supervisor calls
// it, and only the supervisor changes which sources there are.
func (k *kindWatch) follow(ctx context.Context, p plan) {
	switch {
	case p.version == "" && k.resting(p.state):
	case p.version == "":
		k.rest(p)
	case k.primary == nil:
		k.begin(ctx, p)
	case p.uid != "" && k.primary.uid != "" && p.uid != k.primary.uid:
		// Another CRD of that name: the objects of the old one are gone.
		k.rest(plan{state: inventory.NotInstalled})
		k.begin(ctx, p)
	case p.version != k.primary.version:
		k.halt()
		k.begin(ctx, p)
	case p.uid != "":
		k.primary.uid = p.uid
	}
}

// resting tells whether the kind is at rest in a state already.
func (k *kindWatch) resting(state inventory.State) bool {
	_, published := k.published[""]
	return published && k.primary == nil && k.idle.state == state
}

// rest ends all sources and gives the kind a state. What was read is dropped
// unless the objects still exist.
func (k *kindWatch) rest(p plan) {
	k.halt()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.idle = p
	k.options.Inbox.Update(func(b *inventory.Batch) {
		if p.state != inventory.SourceUnavailable && len(k.left) > 0 {
			k.left = names{}
			b.Drop(k.row.Kind)
		}
		k.publish(b)
	})
}

// halt ends all sources. The state stays as it was, and the names of the
// objects are kept for the next source.
func (k *kindWatch) halt() {
	for _, s := range k.sources() {
		s.cancel()
	}
	for _, s := range k.sources() {
		s.stop()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.primary != nil {
		k.idle = plan{state: k.primary.health.state()}
	}
	for _, s := range k.sources() {
		s.known.take("", k.left)
	}
	k.primary = nil
	clear(k.others)
}

// begin starts the primary source. A kind whose objects are known already keeps
// its state until the new list, which differs from the old one by a version.
func (k *kindWatch) begin(ctx context.Context, p plan) {
	s := &source{selection: selection{label: labelSelectors[k.row.Kind]}, version: p.version, uid: p.uid}
	k.update(func() {
		s.known, k.left = k.left, names{}
		s.health.synced = k.idle.state == inventory.Listed
		k.primary = s
	})
	k.launch(ctx, s)
}

// launch runs a source until it is stopped.
func (k *kindWatch) launch(ctx context.Context, s *source) {
	ctx, s.cancel = context.WithCancel(ctx)
	s.done = make(chan struct{})
	go func() {
		defer close(s.done)
		r, err := k.access.reader(k.row, s.version)
		if err != nil {
			k.journal.trouble(k.row.Kind, err)
			return
		}
		k.run(ctx, s, r)
	}()
}

// attend makes the other sources those that are wanted.
func (k *kindWatch) attend(ctx context.Context, want map[selection]bool) {
	for selection, s := range k.others {
		if !want[selection] {
			k.dismiss(s)
		}
	}
	for selection := range want {
		if k.others[selection] == nil && k.primary != nil {
			k.engage(ctx, selection)
		}
	}
}

// engage starts a source for a selection. A namespace takes what the primary
// source, which is refused now, once said of it.
func (k *kindWatch) engage(ctx context.Context, what selection) {
	s := &source{selection: what, version: k.primary.version, known: names{}}
	k.update(func() {
		if what.name == "" {
			k.primary.known.take(what.namespace, s.known)
		}
		k.others[what] = s
	})
	k.launch(ctx, s)
}

// dismiss ends a source and deletes what it alone knew.
func (k *kindWatch) dismiss(s *source) {
	s.stop()
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.others, s.selection)
	k.options.Inbox.Update(func(b *inventory.Batch) {
		k.forget(b, s.known)
		k.publish(b)
	})
}
