package yamljson

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// quotedStop marks the bytes of a quoted scalar that cannot simply be copied to JSON.
var quotedStop = [256]bool{'"': true, '\'': true, '\\': true, '\t': true, '\n': true, '\r': true}

// quoted reads a single or double quoted scalar, of one line or more; pos is at its first quote.
func (s *scanner) quoted() bool {
	start, quote := s.pos, s.src[s.pos]
	s.out = append(s.out, '"')
	s.pos++
	for literal := s.pos; ; { // blanks before literal are no blanks before a line break
		if s.run(); s.pos == len(s.src) {
			s.pos = start // which is the place to name
			return false
		}
		ok := true
		switch c := s.src[s.pos]; {
		case c == quote && !s.isDoubled(quote):
			s.pos++
			s.out = append(s.out, '"')
			return true
		case c == '\\' && quote == '"':
			ok = s.escape()
			literal = s.pos
		case isBreak(c):
			s.trimBlanks(literal)
			ok = s.foldQuoted(false)
			literal = s.pos
		default:
			s.quotedChar(c, quote)
		}
		if !ok {
			return false
		}
	}
}

// run copies the characters that mean the same in a quoted scalar and in JSON.
func (s *scanner) run() {
	from := s.pos
	for s.pos < len(s.src) && !quotedStop[s.src[s.pos]] {
		s.pos++
	}
	s.out = append(s.out, s.src[from:s.pos]...)
}

// quotedChar reads a character of a quoted scalar that stands for itself, or the two quotes that stand for one.
func (s *scanner) quotedChar(c, quote byte) {
	s.pos++
	if c == quote {
		s.pos++
	}
	s.char(rune(c))
}

// isDoubled reports whether pos is at the two quotes that stand for one in a single quoted scalar.
func (s *scanner) isDoubled(quote byte) bool {
	return quote == '\'' && s.pos+1 < len(s.src) && s.src[s.pos+1] == quote
}

// trimBlanks drops from the output the blanks of the source that stand before pos, back to index literal.
func (s *scanner) trimBlanks(literal int) {
	size := 0
	for i := s.pos; i > literal && isBlank(s.src[i-1]); i-- {
		if size++; s.src[i-1] == '\t' {
			size++ // written as \t
		}
	}
	s.out = s.out[:len(s.out)-size]
}

// foldQuoted reads the line breaks at pos with the blanks around them; the first may be escaped.
func (s *scanner) foldQuoted(escaped bool) bool {
	breaks := 0
	for s.pos < len(s.src) && isBreak(s.src[s.pos]) {
		s.pos = s.lineAfter(s.pos)
		breaks++
		line := s.src[s.pos:]
		if isMarker(line, '-') || isMarker(line, '.') {
			return false
		}
		for s.pos < len(s.src) && isBlank(s.src[s.pos]) {
			s.pos++
		}
	}
	if escaped {
		s.breaks(breaks - 1)
	} else {
		s.fold(breaks)
	}
	return true
}

// escape reads the escape sequence at pos.
func (s *scanner) escape() bool {
	if s.pos+1 == len(s.src) {
		return false
	}
	c := s.src[s.pos+1]
	s.pos += 2
	switch c {
	case 'x':
		return s.hex(2)
	case 'u':
		return s.hex(4)
	case 'U':
		return s.hex(8)
	case '/':
		s.out = append(s.out, '/')
		return s.isJSON() // YAML 1.1 does not know it
	case '\n', '\r':
		s.pos--
		return s.foldQuoted(true)
	}
	i := strings.IndexByte(escapes, c)
	if i < 0 {
		return false
	}
	s.char(escapeRunes[i])
	return true
}

const escapes = "0abt\tnvfre \"'\\N_LP"

var escapeRunes = []rune("\x00\a\b\t\t\n\v\f\r\x1b \"'\\\u0085\u00a0\u2028\u2029")

// hex reads the hexadecimal digits of an escape sequence.
func (s *scanner) hex(digits int) bool {
	r, ok := s.hexRune(digits)
	if ok && utf16.IsSurrogate(r) && s.isJSON() {
		r, ok = s.surrogate(r)
	}
	if !ok || utf16.IsSurrogate(r) {
		return false
	}
	s.char(r)
	return true
}

// surrogate gives the character whose first half is high; the escape sequence of the other half follows.
func (s *scanner) surrogate(high rune) (rune, bool) {
	if s.pos+2 > len(s.src) || string(s.src[s.pos:s.pos+2]) != `\u` {
		return 0, false
	}
	s.pos += 2
	low, ok := s.hexRune(4)
	r := utf16.DecodeRune(high, low)
	return r, ok && r != utf8.RuneError
}

func (s *scanner) hexRune(digits int) (rune, bool) {
	if s.pos+digits > len(s.src) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s.src[s.pos:s.pos+digits]), 16, 32)
	s.pos += digits
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}
