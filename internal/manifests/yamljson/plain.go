package yamljson

import "bytes"

// plainStop marks the bytes that may end or spoil a plain scalar, or must be escaped in JSON.
var plainStop = [256]bool{':': true, '#': true, '\t': true}

// plainStart says what may start a plain scalar: 0 nothing, 1 any character, 2 one that no blank follows.
var plainStart = func() (start [256]uint8) {
	for c := '!'; c < 256; c++ {
		start[c] = 1
	}
	for _, c := range []byte("?,[]{}#&*!|>'\"%@`") {
		start[c] = 0
	}
	start['-'], start[':'] = 2, 2
	return start
}()

func (s *scanner) startsPlain() bool {
	switch plainStart[s.src[s.pos]] {
	case 1:
		return true
	case 2:
		return s.pos+1 < s.end && s.src[s.pos+1] != ' '
	}
	return false
}

// plain reads a plain scalar inside the collection at column col, and moves to the line after it.
func (s *scanner) plain(col int) bool {
	if !s.startsPlain() {
		return false
	}
	text, comment, ok := s.plainLine()
	if !ok {
		return false
	}
	after := s.next
	if !s.advance() {
		return false
	}
	if s.col <= col {
		return s.resolve(text)
	}
	return !comment && s.foldPlain(text, after, col)
}

// foldPlain reads the further lines of a plain scalar whose first line was text. The current line is the next one
// with content; after is where the line after text starts.
func (s *scanner) foldPlain(text []byte, after, col int) bool {
	s.out = append(s.out, '"')
	s.escaped(text)
	for comment := false; s.col > col; {
		gap := s.src[after:s.start]
		if comment || bytes.IndexByte(gap, '#') >= 0 {
			return false // a comment ended the scalar
		}
		s.fold(bytes.Count(gap, []byte("\n")) + 1)
		var ok bool
		if text, comment, ok = s.plainLine(); !ok {
			return false
		}
		s.escaped(text)
		after = s.next
		if !s.advance() {
			return false
		}
	}
	s.out = append(s.out, '"')
	return true
}

// fold writes what a number of line breaks within a scalar means: one is a space, more are one fewer.
func (s *scanner) fold(breaks int) {
	if breaks == 1 {
		s.out = append(s.out, ' ')
	}
	s.breaks(breaks - 1)
}

func (s *scanner) breaks(n int) {
	for ; n > 0; n-- {
		s.out = append(s.out, '\\', 'n')
	}
}

// plainLine gives the text of a plain scalar from pos to the end of the line, and whether a comment ended it. It is
// not ok where the text holds what looks like a key.
func (s *scanner) plainLine() (text []byte, comment, ok bool) {
	line := s.src[:s.end]
	i := s.pos
scan:
	for ; i < len(line); i++ {
		switch c := line[i]; {
		case !plainStop[c]:
		case c == '\t', c == ':' && s.isColon(i):
			return nil, false, false
		case c == '#' && i > s.pos && line[i-1] == ' ':
			comment = true
			break scan
		}
	}
	for i > s.pos && line[i-1] == ' ' {
		i--
	}
	return line[s.pos:i], comment, true
}
