package yamljson

// mapping reads a block mapping whose keys stand at column col; pos is at its first key. It ends on the first line
// that is not part of it.
func (s *scanner) mapping(col int) bool {
	if s.depth++; s.depth > maxDepth {
		return false
	}
	base, want := len(s.keys), s.want
	s.out = append(s.out, '{')
	for {
		if !s.key(base, want) || !s.value(col) {
			return false
		}
		if s.col != col {
			break
		}
		s.out = append(s.out, ',')
	}
	s.out = append(s.out, '}')
	s.keys, s.want = s.keys[:base], want
	s.depth--
	return s.col < col
}

// value reads what follows a key of the mapping at column col.
func (s *scanner) value(col int) bool {
	s.skipSpaces()
	if !s.atRestEnd() {
		return s.scalar(col)
	}
	if !s.advance() {
		return false
	}
	switch {
	case s.col > col:
		return s.nested(col)
	case s.col == col && s.atDash():
		return s.sequence(col)
	}
	s.null()
	return true
}

// sequence reads a block sequence whose dashes stand at column col; pos is at the first one. It ends on the first
// line that is not part of it: where its column is that of the mapping around it, that may be the mapping's next key.
func (s *scanner) sequence(col int) bool {
	if s.depth++; s.depth > maxDepth {
		return false
	}
	want := s.want
	s.out = append(s.out, '[')
	for i := 0; ; i++ {
		s.pos++
		if !s.item(col, want.item(i)) {
			return false
		}
		if s.col != col || !s.atDash() {
			break
		}
		s.out = append(s.out, ',')
	}
	s.out = append(s.out, ']')
	s.want = want
	s.depth--
	return s.col <= col
}

// item reads what follows a dash of the sequence at column col.
func (s *scanner) item(col int, want *target) bool {
	s.want = want
	s.skipSpaces()
	want.found(s)
	if !s.atRestEnd() {
		return s.nested(col)
	}
	if !s.advance() {
		return false
	}
	if s.col > col {
		want.found(s)
		return s.nested(col)
	}
	s.null()
	return true
}

// nested reads the node that starts at pos inside the collection at column col.
func (s *scanner) nested(col int) bool {
	switch {
	case s.atDash():
		return s.sequence(s.pos - s.start)
	case s.atKey():
		return s.mapping(s.pos - s.start)
	}
	return s.scalar(col)
}

// scalar reads a scalar or a flow collection inside the collection at column col.
func (s *scanner) scalar(col int) bool {
	switch s.src[s.pos] {
	case '"', '\'':
		return s.quoted() && s.finishLine()
	case '{', '[':
		return s.flow() && s.finishLine()
	case '|', '>':
		return s.blockScalar(col)
	}
	return s.plain(col)
}

// atRestEnd reports whether the line holds no more than a comment; pos follows a blank, a dash or a colon.
func (s *scanner) atRestEnd() bool {
	return s.pos == s.end || s.src[s.pos] == '#' && s.src[s.pos-1] == ' '
}

func (s *scanner) null() { s.out = append(s.out, "null"...) }
