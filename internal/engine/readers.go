package engine

import "slices"

// fewReaders is how many readers of a bucket are searched one by one.
const fewReaders = 32

// readers is the set of memos that read a bucket: nearly always a handful,
// now and then every workload of the mesh.
type readers struct {
	few  []*memo
	many map[*memo]struct{}
}

func (r *readers) add(m *memo) {
	switch {
	case r.many != nil:
		r.many[m] = struct{}{}
	case len(r.few) < fewReaders:
		r.few = append(r.few, m)
	default:
		r.many = make(map[*memo]struct{}, 2*fewReaders)
		for _, old := range r.few {
			r.many[old] = struct{}{}
		}
		r.many[m] = struct{}{}
		r.few = nil
	}
}

func (r *readers) remove(m *memo) {
	if r.many != nil {
		delete(r.many, m)
		return
	}
	if i := slices.Index(r.few, m); i >= 0 {
		last := len(r.few) - 1
		r.few[i], r.few[last] = r.few[last], nil
		r.few = r.few[:last]
	}
}

func (r *readers) each(f func(*memo)) {
	for _, m := range r.few {
		f(m)
	}
	for m := range r.many {
		f(m)
	}
}
