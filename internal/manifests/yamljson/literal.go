package yamljson

// blockStyle is what the header of a block scalar says.
type blockStyle struct {
	folded bool
	chomp  byte // '-' drops the final line breaks, '+' keeps them all, 0 keeps one
	indent int  // the indentation of the content, 0 if the first line of it decides
}

// blockScalar reads a literal or folded scalar inside the collection at column col, and moves to the line after it.
func (s *scanner) blockScalar(col int) bool {
	style, ok := s.blockHeader(col)
	if !ok {
		return false
	}
	i, breaks, ok := s.blockStart(col, &style)
	if !ok {
		return false
	}
	s.out = append(s.out, '"')
	ok = s.blockLines(i, breaks, style)
	s.out = append(s.out, '"')
	return ok && s.advance()
}

// blockHeader reads the line that starts a block scalar.
func (s *scanner) blockHeader(col int) (style blockStyle, ok bool) {
	style.folded = s.src[s.pos] == '>'
	for s.pos++; s.pos < s.end && s.src[s.pos] != ' '; s.pos++ {
		switch c := s.src[s.pos]; {
		case (c == '-' || c == '+') && style.chomp == 0:
			style.chomp = c
		case c >= '1' && c <= '9' && style.indent == 0:
			style.indent = col + int(c-'0')
		default:
			return style, false
		}
	}
	s.skipSpaces()
	return style, s.atRestEnd()
}

// blockStart skips the empty lines before the content, counts their breaks, and finds the indentation of the content.
// It gives the start of the first line with content.
func (s *scanner) blockStart(col int, style *blockStyle) (i, breaks int, ok bool) {
	given, widest := style.indent > 0, 0
	for i = s.next; ; breaks++ {
		spaces := s.spaces(i)
		rest := s.src[i+spaces:]
		if given && spaces > style.indent || len(rest) == 0 || !isBreak(rest[0]) {
			if !given {
				style.indent = max(spaces, col+1, 1)
			}
			return i, breaks, widest <= style.indent && (len(rest) == 0 || rest[0] != '\t')
		}
		widest = max(widest, spaces)
		i = s.lineAfter(i)
	}
}

func (s *scanner) spaces(i int) int {
	n := 0
	for i+n < len(s.src) && s.src[i+n] == ' ' {
		n++
	}
	return n
}

// blockLines reads the content of a block scalar from the line that starts at i, after a number of line breaks, and
// sets next to the line after the scalar.
func (s *scanner) blockLines(i, breaks int, style blockStyle) bool {
	last := 0         // line breaks right after the last line of content
	indented := false // that line starts with a blank
	for {
		spaces := min(s.spaces(i), style.indent)
		rest := s.src[i+spaces:]
		switch {
		case len(rest) > 0 && isBreak(rest[0]):
			breaks++
			i = s.lineAfter(i)
		case len(rest) == 0 || spaces < style.indent:
			s.next = i
			s.chomp(last, breaks, style.chomp)
			return len(rest) == 0 || rest[0] != '\t'
		default:
			if style.folded && last > 0 && !indented && !isBlank(rest[0]) {
				s.fold(last + breaks)
			} else {
				s.breaks(last + breaks)
			}
			indented = isBlank(rest[0])
			s.pos = i + spaces
			s.findEnd()
			s.escaped(s.src[s.pos:s.end])
			last, breaks, i = min(s.next-s.end, 1), 0, s.next
		}
	}
}

// chomp writes the line breaks at the end of a block scalar: last (0 or 1) after its last line, breaks after that.
func (s *scanner) chomp(last, breaks int, chomp byte) {
	switch chomp {
	case 0:
		s.breaks(last)
	case '+':
		s.breaks(last + breaks)
	}
}
