package kinds

import (
	"hash/maphash"
	"maps"
	"reflect"
	"runtime"
	"sync"
	"weak"

	corev1 "k8s.io/api/core/v1"
)

// Values that are equal share what is large in them: the Pods of a ReplicaSet
// differ by little but their names, and a mesh has the same proxy in each. It is
// safe since values are read-only, and seen by nobody but the memory.

// shared holds what a value shares with others: as long as it is held, equal
// ones are found.
type (
	sharedContainers struct{ init, app []Container }
	sharedMap        struct{ entries map[string]string }
	sharedAmounts    struct{ requests, limits corev1.ResourceList }
)

var (
	specPool      = pool[PodSpec]{same: deepEqual[PodSpec]}
	containerPool = pool[sharedContainers]{same: deepEqual[sharedContainers]}
	amountPool    = pool[sharedAmounts]{same: deepEqual[sharedAmounts]}
	ownerPool     = pool[Owner]{same: (*Owner).equal}
	mapPool       = pool[sharedMap]{same: func(a, b *sharedMap) bool { return maps.Equal(a.entries, b.entries) }}
	seed          = maphash.MakeSeed()
)

func deepEqual[T any](a, b *T) bool { return reflect.DeepEqual(a, b) }

// shared is an equal spec, if there is one, else s with the containers of one
// that has equal ones.
func (s *PodSpec) shared() *PodSpec {
	c := &sharedContainers{init: s.InitContainers, app: s.Containers}
	hash := c.hash()
	s.containers = containerPool.get(hash, c)
	s.InitContainers, s.Containers = s.containers.init, s.containers.app
	return specPool.get(hash, s)
}

// share replaces requests and limits by equal ones: a mesh has few that differ.
func (c *Container) share() {
	if len(c.Requests)+len(c.Limits) == 0 {
		return
	}
	hash := hashOfAmounts(c.Requests)*31 + hashOfAmounts(c.Limits)
	c.amounts = amountPool.get(hash, &sharedAmounts{requests: c.Requests, limits: c.Limits})
	c.Requests, c.Limits = c.amounts.requests, c.amounts.limits
}

// share replaces labels, annotations and controller by equal ones. Whatever
// makes a Meta calls it, so that equal values are equal in all fields.
func (m *Meta) share() {
	m.Labels, m.labels = sharedEntries(m.Labels)
	m.Annotations, m.annotations = sharedEntries(m.Annotations)
	if o := m.Controller; o != nil {
		hash := maphash.String(seed, o.UID) ^ 3*maphash.String(seed, o.Name)
		m.Controller = ownerPool.get(hash, o)
	}
}

// sharedEntries gives an equal map, and what must be held with it.
func sharedEntries(m map[string]string) (map[string]string, *sharedMap) {
	if len(m) == 0 {
		return m, nil
	}
	s := mapPool.get(hashOf(m), &sharedMap{entries: m})
	return s.entries, s
}

// pool finds equal values as long as somebody else holds them.
type pool[T any] struct {
	same func(a, b *T) bool

	mu sync.Mutex
	by map[uint64]weak.Pointer[T]
}

// get gives the value that is held under a hash if it is equal, else books v.
func (p *pool[T]) get(hash uint64, v *T) *T {
	p.mu.Lock()
	defer p.mu.Unlock()
	if have := p.by[hash].Value(); have != nil && p.same(have, v) {
		return have
	}
	if p.by == nil {
		p.by = map[uint64]weak.Pointer[T]{}
	}
	p.by[hash] = weak.Make(v)
	runtime.AddCleanup(v, p.drop, hash)
	return v
}

// drop forgets a value that nobody holds any longer.
func (p *pool[T]) drop(hash uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w, ok := p.by[hash]; ok && w.Value() == nil {
		delete(p.by, hash)
	}
}

// hash tells specs apart by most of what distinguishes containers.
func (p *sharedContainers) hash() uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, list := range [][]Container{p.init, p.app} {
		_ = h.WriteByte(0) // where the list begins
		for i := range list {
			list[i].write(&h)
		}
	}
	return h.Sum64()
}

func (c *Container) write(h *maphash.Hash) {
	_, _ = h.WriteString(c.Name)
	_, _ = h.WriteString(c.Image)
	for _, a := range c.Args {
		_, _ = h.WriteString(a)
	}
	for i := range c.Env {
		_, _ = h.WriteString(c.Env[i].Name)
		_, _ = h.WriteString(c.Env[i].Value)
	}
}

// hashOf does not depend on the order of a map.
func hashOf(m map[string]string) uint64 {
	var sum uint64
	for k, v := range m {
		sum += maphash.String(seed, k) ^ 3*maphash.String(seed, v)
	}
	return sum
}

// hashOfAmounts does not depend on the order of a list, nor on how an amount is
// written: equal amounts that are written in two ways are not shared.
func hashOfAmounts(l corev1.ResourceList) uint64 {
	var sum uint64
	for name, q := range l {
		sum += maphash.String(seed, string(name)) ^ uint64(q.MilliValue()) //nolint:gosec // a hash
	}
	return sum
}
