package yamljson

import "strconv"

// target is a node whose line is searched, as part of a tree of them. A nil target is searched by nobody.
type target struct {
	step string // the mapping key or the index of the node in its parent
	line int    // 0 while the node has not been found
	// next has the targets below, by their step in the form of a JSON string.
	next map[string]*target
}

// add gives the targets from t down the steps, t first, and creates those that are missing.
func (t *target) add(steps []string) []*target {
	chain := []*target{t}
	for _, step := range steps {
		name := jsonString(step)
		below := t.next[name]
		if below == nil {
			below = &target{step: step}
			if t.next == nil {
				t.next = map[string]*target{}
			}
			t.next[name] = below
		}
		chain, t = append(chain, below), below
	}
	return chain
}

// jsonString gives text as the scanner writes it.
func jsonString(text string) string {
	s := scanner{}
	s.text([]byte(text))
	return string(s.out)
}

// forget drops the lines of t and of the targets below it.
func (t *target) forget() {
	t.line = 0
	for _, below := range t.next {
		below.forget()
	}
}

// found notes that the node stands where the scanner is.
func (t *target) found(s *scanner) {
	if t != nil {
		t.line = s.lineNumber()
	}
}

// key gives the target below a mapping key, which the scanner has just written, and notes its line.
func (t *target) key(s *scanner, key span) *target {
	if t == nil {
		return nil
	}
	below := t.next[string(s.out[key.from:key.to])]
	below.found(s)
	return below
}

// item gives the target below item i of a sequence.
func (t *target) item(i int) *target {
	if t == nil {
		return nil
	}
	var room [24]byte
	name := append(strconv.AppendInt(append(room[:0], '"'), int64(i), 10), '"')
	return t.next[string(name)]
}
