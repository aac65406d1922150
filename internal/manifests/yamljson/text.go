package yamljson

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"unicode/utf16"
	"unicode/utf8"
)

const byteOrderMark = "\uFEFF"

// utf8Text gives data itself, or its UTF-8 form where it is UTF-16 with a byte order mark.
func utf8Text(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	default:
		return data
	}
	units := make([]uint16, 0, len(data)/2)
	for rest := data[2:]; len(rest) >= 2; rest = rest[2:] {
		units = append(units, order.Uint16(rest))
	}
	return []byte(string(utf16.Decode(units)))
}

// What a byte of a document can be besides ordinary ASCII text.
const (
	controlByte = 1 << iota
	returnByte  // CR
	highByte    // part of a character beyond ASCII
)

var byteClass = func() (class [256]uint8) {
	for c := range 256 {
		switch {
		case c == '\r':
			class[c] = returnByte
		case c == '\t' || c == '\n':
		case c < ' ' || c == 0x7F:
			class[c] = controlByte
		case c >= utf8.RuneSelf:
			class[c] = highByte
		}
	}
	return class
}()

// readable reports whether the scanner may read the document: it is UTF-8 without characters that YAML forbids or
// takes for line breaks, or else it is valid JSON.
func (s *scanner) readable() bool {
	seen := uint8(0)
	for _, c := range s.src {
		seen |= byteClass[c]
	}
	if seen&returnByte != 0 && !returnsEndLines(s.src) {
		return false
	}
	if seen&controlByte != 0 && !s.isJSON() {
		return false
	}
	if seen&highByte == 0 {
		return true
	}
	return utf8.Valid(s.src) && (!hasOddRune(s.src) || s.isJSON())
}

// isJSON reports whether the document is valid JSON, and remembers it.
func (s *scanner) isJSON() bool {
	if !s.json {
		start := contentStart(s.src)
		s.json = start < len(s.src) && opensFlow(s.src[start]) && json.Valid(s.src)
	}
	return s.json
}

// returnsEndLines reports whether each CR stands before an LF.
func returnsEndLines(text []byte) bool {
	return bytes.Count(text, []byte("\r")) == bytes.Count(text, []byte("\r\n"))
}

// hasOddRune reports whether valid UTF-8 text has a character beyond ASCII that YAML forbids or treats specially.
func hasOddRune(text []byte) bool {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if isOdd(r) {
			return true
		}
		i += size
	}
	return false
}

func isOdd(r rune) bool {
	switch r {
	case '\u2028', '\u2029', '\uFEFF', '\uFFFE', '\uFFFF':
		return true
	}
	return r >= 0x80 && r < 0xA0
}
