package ingest

import (
	"sync"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// kindWatch brings one kind into the inbox. Its sources are started and stopped
// by the supervisor alone; they report from goroutines of their own.
type kindWatch struct {
	row     *kinds.Row
	options *Options
	access  *access
	journal *journal
	// heard is told of objects, whole lists or single ones, in the order in
	// which they come. It is nil but for the kind of CRDs.
	heard func(objects []*inventory.Object, whole bool)
	// changed wakes the supervisor.
	changed func()

	mu        sync.Mutex
	idle      plan // while there is no primary source
	primary   *source
	others    map[selection]*source
	left      names // objects in the inventory that no source vouches for
	published map[string]inventory.State
}

// put hands an object on.
func (k *kindWatch) put(s *source, o *inventory.Object) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s.known[o.Ref] = struct{}{}
	k.options.Inbox.Put(o)
	k.hear(o)
}

// remove hands a deletion on.
func (k *kindWatch) remove(s *source, ref inventory.Ref) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(s.known, ref)
	k.options.Inbox.Update(func(b *inventory.Batch) { k.forget(b, names{ref: {}}) })
	k.hear(&inventory.Object{Ref: ref})
}

// replace hands a list on, in one batch with the deletion of what has vanished
// and with the state that the kind has now.
func (k *kindWatch) replace(s *source, objects []*inventory.Object) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.recovered(s.health.listed)
	vanished := s.known
	s.known = make(names, len(objects))
	k.options.Inbox.Update(func(b *inventory.Batch) {
		for _, o := range objects {
			s.known[o.Ref] = struct{}{}
			delete(vanished, o.Ref)
			b.Put(o)
		}
		k.forget(b, vanished)
		k.publish(b)
	})
	if k.heard != nil {
		k.heard(objects, true)
	}
}

// recovered books a success.
func (k *kindWatch) recovered(book func()) {
	k.journal.recovered(k.row.Kind)
	book()
}

func (k *kindWatch) hear(o *inventory.Object) {
	if k.heard != nil {
		k.heard([]*inventory.Object{o}, false)
	}
}

// forget deletes objects that no source knows any longer.
func (k *kindWatch) forget(b *inventory.Batch, refs names) {
	for ref := range refs {
		if !k.vouched(ref) {
			b.Delete(ref)
		}
	}
}

func (k *kindWatch) vouched(ref inventory.Ref) bool {
	if k.primary != nil {
		if _, ok := k.primary.known[ref]; ok {
			return true
		}
	}
	for _, s := range k.others {
		if _, ok := s.known[ref]; ok {
			return true
		}
	}
	return false
}
