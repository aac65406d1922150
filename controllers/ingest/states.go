package ingest

import (
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// publish records the states that have changed since the last time.
func (k *kindWatch) publish(b *inventory.Batch) {
	for scope, state := range k.states() {
		old, ok := k.published[scope]
		if ok && old == state {
			continue
		}
		k.published[scope] = state
		b.SetState(k.row.Kind, scope, state)
		if scope == "" {
			k.journal.state(k.row.Kind, old, state, k.reason())
		}
		k.changed()
	}
}

// update publishes what a source has learned.
func (k *kindWatch) update(learn func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	learn()
	k.options.Inbox.Update(k.publish)
}

// state is the kind's own; that of its namespaces may differ.
func (k *kindWatch) state() inventory.State {
	if k.primary == nil {
		return k.idle.state
	}
	return k.primary.health.state()
}

func (k *kindWatch) reason() error {
	if k.primary == nil {
		return k.idle.reason
	}
	return k.primary.health.reason
}

// states are the kind's state, under "", and those of namespaces. A namespace
// that once had a state of its own gets one for ever: the inventory takes none
// back.
func (k *kindWatch) states() map[string]inventory.State {
	states := map[string]inventory.State{"": k.state()}
	for scope := range k.published {
		states[scope] = k.state()
	}
	for selection, s := range k.others {
		if selection.name == "" && !k.state().Known() {
			states[selection.namespace] = s.health.state()
		}
	}
	for selection, s := range k.others {
		if selection.name != "" {
			k.restrict(states, selection.namespace, s.health.state())
		}
	}
	return states
}

// restrict gives a namespace the state of one more of its sources, if that is
// worse. Which of two bad ones it gets does not matter, but must not change.
func (k *kindWatch) restrict(states map[string]inventory.State, namespace string, state inventory.State) {
	now, ok := states[namespace]
	if !ok {
		now = k.state()
	}
	switch {
	case now.Known():
		now = state
	case !state.Known():
		now = max(now, state)
	}
	states[namespace] = now
}

// age makes stale what has failed for long.
func (k *kindWatch) age(now time.Time, limit time.Duration) {
	k.update(func() {
		for _, s := range k.sources() {
			s.health.age(now, limit)
		}
	})
}

func (k *kindWatch) sources() []*source {
	var list []*source
	if k.primary != nil {
		list = append(list, k.primary)
	}
	for _, s := range k.others {
		list = append(list, s)
	}
	return list
}
