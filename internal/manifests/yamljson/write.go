package yamljson

import "unicode/utf8"

// jsonStop marks the bytes that JSON strings hold in escaped form only.
var jsonStop = func() (stop [256]bool) {
	for c := range ' ' {
		stop[c] = true
	}
	stop['"'], stop['\\'] = true, true
	return stop
}()

// text writes text as a JSON string. The same text is always written the same way, so that keys can be compared in
// this form.
func (s *scanner) text(text []byte) {
	s.out = append(s.out, '"')
	s.escaped(text)
	s.out = append(s.out, '"')
}

// escaped writes a part of a JSON string.
func (s *scanner) escaped(text []byte) {
	run := 0
	for i, c := range text {
		if jsonStop[c] {
			s.out = append(s.out, text[run:i]...)
			s.char(rune(c))
			run = i + 1
		}
	}
	s.out = append(s.out, text[run:]...)
}

// char writes one character of a JSON string.
func (s *scanner) char(r rune) {
	const digits = "0123456789abcdef"
	switch {
	case r == '"' || r == '\\':
		s.out = append(s.out, '\\', byte(r))
	case r == '\n':
		s.out = append(s.out, '\\', 'n')
	case r == '\t':
		s.out = append(s.out, '\\', 't')
	case r == '\r':
		s.out = append(s.out, '\\', 'r')
	case r < ' ':
		s.out = append(s.out, '\\', 'u', '0', '0', digits[r>>4], digits[r&0xF])
	default:
		s.out = utf8.AppendRune(s.out, r)
	}
}
