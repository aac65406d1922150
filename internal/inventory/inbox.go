package inventory

import (
	"slices"
	"sync"
)

// StateChange is a change of availability; see [Store.SetState].
type StateChange struct {
	Kind  Kind
	Scope string
	State State
}

// Batch is everything that arrived since the last one. Drops come first: the
// objects of those kinds that the store holds are gone. Then States and
// Objects are applied together. It has one entry for each kind, for each scope
// of a kind, and for each object, however much arrived.
type Batch struct {
	Drops   []Kind
	States  []StateChange
	Objects map[Ref]*Object

	places map[place]int // in States
}

// place is what a state is of.
type place struct {
	kind  Kind
	scope string
}

// Empty tells whether the batch holds nothing.
func (b *Batch) Empty() bool { return len(b.Drops)+len(b.States)+len(b.Objects) == 0 }

// Put records an object, replacing what was pending for its reference. An
// object without value and fault records a deletion.
func (b *Batch) Put(o *Object) {
	if b.Objects == nil {
		b.Objects = map[Ref]*Object{}
	}
	b.Objects[o.Ref] = o
}

// Delete records that the object is gone.
func (b *Batch) Delete(r Ref) { b.Put(&Object{Ref: r}) }

// SetState records a kind's state, replacing what was pending for the scope.
func (b *Batch) SetState(k Kind, scope string, state State) {
	at := place{k, scope}
	if i, ok := b.places[at]; ok {
		b.States[i].State = state
		return
	}
	if b.places == nil {
		b.places = map[place]int{}
	}
	b.places[at] = len(b.States)
	b.States = append(b.States, StateChange{Kind: k, Scope: scope, State: state})
}

// Drop records that no object of the kind exists any longer, and forgets what
// was pending for it.
func (b *Batch) Drop(k Kind) {
	for r := range b.Objects {
		if r.Kind == k {
			delete(b.Objects, r)
		}
	}
	if !slices.Contains(b.Drops, k) {
		b.Drops = append(b.Drops, k)
	}
}

// Inbox collects changes until the loop takes them: one entry per object,
// however often it changed, so that it is bounded by what exists. It is the
// debouncer. It is safe for concurrent use.
type Inbox struct {
	mu     sync.Mutex
	batch  Batch
	signal chan struct{}
}

// NewInbox makes an empty inbox.
func NewInbox() *Inbox { return &Inbox{signal: make(chan struct{}, 1)} }

// Update records several changes as one: they are taken together.
func (i *Inbox) Update(record func(*Batch)) {
	i.mu.Lock()
	record(&i.batch)
	empty := i.batch.Empty()
	i.mu.Unlock()
	if empty {
		return
	}
	select {
	case i.signal <- struct{}{}:
	default:
	}
}

// Put records one object.
func (i *Inbox) Put(o *Object) { i.Update(func(b *Batch) { b.Put(o) }) }

// Ready receives a value after changes arrived.
func (i *Inbox) Ready() <-chan struct{} { return i.signal }

// Take empties the inbox.
func (i *Inbox) Take() Batch {
	i.mu.Lock()
	defer i.mu.Unlock()
	b := i.batch
	i.batch = Batch{}
	return b
}
