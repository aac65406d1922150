package audit_test

// shrunk is the smallest story found in which the law is still broken: what can
// be left out one by one, or by the half, is.
func (s *story) shrunk(broken func(*story) bool) *story {
	best := s
	for size := len(best.flat()); size > 0; {
		removed := false
		for at := 0; at < len(best.flat()); {
			if shorter := best.without(at, size); broken(shorter) {
				best, removed = shorter, true
				continue
			}
			at += size
		}
		if !removed || size > len(best.flat()) {
			size /= 2
		}
	}
	return best
}

// flat lists the places of all edits and of all haste.
func (s *story) flat() [][2]int {
	var out [][2]int
	for i, st := range s.steps {
		for j := range st.edits {
			out = append(out, [2]int{i, j})
		}
		if st.hasty > 0 {
			out = append(out, [2]int{i, -1})
		}
	}
	return out
}

// without leaves out n places from one on, and the steps that are empty then.
func (s *story) without(at, n int) *story {
	gone := map[[2]int]bool{}
	flat := s.flat()
	for _, p := range flat[at:min(at+n, len(flat))] {
		gone[p] = true
	}
	out := &story{name: s.name, begin: s.begin}
	for i, st := range s.steps {
		kept := step{hasty: st.hasty}
		if gone[[2]int{i, -1}] {
			kept.hasty = 0
		}
		for j, e := range st.edits {
			if !gone[[2]int{i, j}] {
				kept.edits = append(kept.edits, e)
			}
		}
		if len(kept.edits) > 0 || kept.hasty > 0 {
			out.steps = append(out.steps, kept)
		}
	}
	return out
}
