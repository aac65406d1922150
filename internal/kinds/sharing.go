package kinds

import (
	"hash/maphash"
	"maps"
	"reflect"
	"runtime"
	"sync"
	"weak"
)

// Values that are equal share what is large in them: the Pods of a ReplicaSet
// differ by little but their names, and a mesh has the same proxy in each. It is
// safe since values are read-only, and seen by nobody but the memory.

// podParts is what Pods and templates share of their spec.
type podParts struct{ init, app []Container }

// metaParts is what objects share of their metadata.
type metaParts struct{ labels, annotations map[string]string }

var (
	sharedPods  = pool[podParts]{same: func(a, b *podParts) bool { return reflect.DeepEqual(a, b) }}
	sharedMetas = pool[metaParts]{same: func(a, b *metaParts) bool {
		return maps.Equal(a.labels, b.labels) && maps.Equal(a.annotations, b.annotations)
	}}
	seed = maphash.MakeSeed()
)

// share replaces the containers by those of an equal spec, if there is one.
func (s *PodSpec) share() {
	parts := &podParts{init: s.InitContainers, app: s.Containers}
	s.parts = sharedPods.get(parts.hash(), parts)
	s.InitContainers, s.Containers = s.parts.init, s.parts.app
}

// share replaces labels and annotations by those of an object that has the same.
// Whatever makes a Meta calls it, so that equal values are equal in all fields.
func (m *Meta) share() {
	parts := &metaParts{labels: m.Labels, annotations: m.Annotations}
	m.parts = sharedMetas.get(hashOf(parts.labels)*31+hashOf(parts.annotations), parts)
	m.Labels, m.Annotations = m.parts.labels, m.parts.annotations
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
func (p *podParts) hash() uint64 {
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
