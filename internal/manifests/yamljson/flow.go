package yamljson

import "bytes"

// flow reads a flow collection, of one line or more; pos is at its opening bracket.
func (s *scanner) flow() bool {
	if s.depth++; s.depth > maxDepth {
		return false
	}
	want, ok := s.want, false
	open := s.src[s.pos]
	s.out = append(s.out, open)
	s.pos++
	switch {
	case !s.flowSpace():
	case s.src[s.pos] == open+2: // the closing bracket, in ASCII
		s.pos++
		ok = true
	case open == '{':
		ok = s.flowMapping(want)
	default:
		ok = s.flowSequence(want)
	}
	s.out = append(s.out, open+2)
	s.want = want
	s.depth--
	return ok
}

func (s *scanner) flowMapping(want *target) bool {
	base := len(s.keys)
	for {
		if !s.flowKey(base, want) || !s.flowSpace() || !s.flowValue() {
			return false
		}
		more, ok := s.flowNext('}')
		if !ok || !more {
			s.keys = s.keys[:base]
			return ok
		}
	}
}

func (s *scanner) flowSequence(want *target) bool {
	for i := 0; ; i++ {
		s.want = want.item(i)
		s.want.found(s)
		if !s.flowValue() {
			return false
		}
		if more, ok := s.flowNext(']'); !ok || !more {
			return ok
		}
	}
}

// flowNext reads what separates two entries of a flow collection, or its closing bracket.
func (s *scanner) flowNext(closing byte) (more, ok bool) {
	if !s.flowSpace() {
		return false, false
	}
	switch s.src[s.pos] {
	case closing:
		s.pos++
		return false, true
	case ',':
		s.pos++
	default:
		return false, false
	}
	if ok = s.flowSpace(); ok && s.src[s.pos] == closing { // a comma may stand behind the last entry
		s.pos++
		return false, true
	}
	s.out = append(s.out, ',')
	return true, ok
}

// flowKey reads a key of a flow mapping and its colon, on one line. A quoted key may have its value right behind it.
func (s *scanner) flowKey(base int, want *target) bool {
	from, start := len(s.out), s.pos
	isQuoted, ok := s.flowKeyText()
	for s.pos < len(s.src) && isBlank(s.src[s.pos]) {
		s.pos++
	}
	if !ok || s.pos-start > maxKey || s.pos+1 >= len(s.src) || s.src[s.pos] != ':' {
		return false
	}
	after := s.src[s.pos+1]
	return (isQuoted || isBlank(after) || isBreak(after)) && s.keyDone(base, from, want)
}

func (s *scanner) flowKeyText() (isQuoted, ok bool) {
	start := s.pos
	if c := s.src[start]; c == '"' || c == '\'' {
		return true, s.quoted() && bytes.IndexByte(s.src[start:s.pos], '\n') < 0
	}
	end := s.flowPlain()
	return false, end > start && s.plainKey(end)
}

// flowValue reads an entry of a flow sequence or the value of a flow mapping.
func (s *scanner) flowValue() bool {
	switch s.src[s.pos] {
	case '"', '\'':
		return s.quoted()
	case '{', '[':
		return s.flow()
	}
	end := s.flowPlain()
	if end == s.pos || !s.resolve(s.src[s.pos:end]) {
		return false
	}
	s.pos = end
	return s.flowRoot || !s.tabIndents()
}

// tabIndents reports whether line breaks follow with a tab behind them, which block collections around forbid.
func (s *scanner) tabIndents() bool {
	broken := false
	for i := s.pos; i < len(s.src) && (isBlank(s.src[i]) || isBreak(s.src[i])); i++ {
		if broken && s.src[i] == '\t' {
			return true
		}
		broken = broken || isBreak(s.src[i])
	}
	return false
}

// flowSpace skips blanks, line breaks and comments behind those; it is false at the end of the document.
func (s *scanner) flowSpace() bool {
	for from := s.pos; s.pos < len(s.src); {
		switch c := s.src[s.pos]; {
		case isBlank(c) || isBreak(c):
			s.pos++
		case c == '#' && s.pos > from:
			s.pos = s.lineAfter(s.pos)
		default:
			return true
		}
	}
	return false
}

// flowText marks the characters that plain scalars in flow collections may have here: YAML allows more.
var flowText = func() (is [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-=+@$*~%") {
		is[c] = true
	}
	return is
}()

// flowPlain gives the end of the plain scalar at pos in a flow collection, pos itself where there is none.
func (s *scanner) flowPlain() int {
	i := s.pos
	if !s.startsFlowPlain() {
		return i
	}
	for i < len(s.src) {
		switch c := s.src[i]; {
		case flowText[c]:
			i++
		case c == ':' && s.isFlowText(i+1):
			i++
		case c == ' ' && s.isFlowText(i+s.spaces(i)):
			i += s.spaces(i)
		default:
			return i
		}
	}
	return i
}

// startsFlowPlain reports whether pos is at a plain scalar in a flow collection and not at a document marker.
func (s *scanner) startsFlowPlain() bool {
	switch c := s.src[s.pos]; c {
	case '@', '*', '%':
		return false
	case '-', '.':
		return !isBreak(s.src[s.pos-1]) && s.isFlowText(s.pos+1)
	default:
		return flowText[c]
	}
}

func (s *scanner) isFlowText(i int) bool { return i < len(s.src) && flowText[s.src[i]] }
