package yamljson

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// resolve writes the JSON of a plain scalar. The rules are those of go.yaml.in/yaml/v2, which sigs.k8s.io/yaml uses:
// YAML 1.1's booleans, octal numbers with a leading 0, underscores in numbers; timestamps are text.
func (s *scanner) resolve(text []byte) bool {
	switch plainHint[text[0]] {
	case wordHint:
		if word := plainWord(text); word != "" {
			s.out = append(s.out, word...)
			return true
		}
	case digitHint:
		return s.number(text)
	case dotHint:
		return s.fraction(text)
	}
	s.text(text)
	return true
}

// What the first byte of a plain scalar says of it.
const (
	wordHint  = iota + 1 // perhaps a boolean or null
	digitHint            // perhaps a number
	dotHint              // perhaps a number, an infinity or not a number
)

var plainHint = func() (hint [256]uint8) {
	for _, c := range []byte("yYnNtTfFoO~") {
		hint[c] = wordHint
	}
	for _, c := range []byte("0123456789+-") {
		hint[c] = digitHint
	}
	hint['.'] = dotHint
	return hint
}()

// plainWord gives the JSON of a word that is not text, or "".
func plainWord(text []byte) string {
	if len(text) > len("false") {
		return ""
	}
	switch string(text) {
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return "true"
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return "false"
	case "~", "null", "Null", "NULL":
		return "null"
	}
	return ""
}

// isDecimal reports whether text is a whole number as JSON writes it.
func isDecimal(text []byte) bool {
	digits := bytes.TrimPrefix(text, []byte("-"))
	if len(digits) == 0 || len(digits) > 18 || digits[0] == '0' && len(text) > 1 {
		return false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// number writes a scalar that starts with a digit or a sign.
func (s *scanner) number(text []byte) bool {
	if isDecimal(text) {
		s.out = append(s.out, text...)
		return true
	}
	if isNoNumber(text) {
		return false
	}
	if !looksNumeric(text) {
		s.text(text)
		return true
	}
	plain := strings.ReplaceAll(string(text), "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		s.out = strconv.AppendInt(s.out, i, 10)
		return true
	}
	if u, err := strconv.ParseUint(plain, 0, 64); err == nil {
		s.out = strconv.AppendUint(s.out, u, 10)
		return true
	}
	if yamlFloat.MatchString(plain) {
		return s.float(plain)
	}
	if strings.HasPrefix(strings.TrimPrefix(plain, "-"), "0b") {
		return false // the library reads some malformed binary numbers
	}
	s.text(text)
	return true
}

var yamlFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

// looksNumeric reports whether text has no other characters than numbers, and at most one dot.
func looksNumeric(text []byte) bool {
	dots := 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		case c == '.':
			dots++
		case strings.IndexByte("xXoO_+-", c) < 0:
			return false
		}
	}
	return dots <= 1
}

// fraction writes a scalar that starts with a dot. Infinities and the like have no JSON and are left to the library.
func (s *scanner) fraction(text []byte) bool {
	if len(text) > 1 && text[1] >= '0' && text[1] <= '9' && looksNumeric(text) {
		if _, err := strconv.ParseFloat(string(text), 64); err == nil {
			return s.float(string(text))
		}
	}
	if isNoNumber(text) {
		return false
	}
	s.text(text)
	return true
}

// isNoNumber reports whether text is YAML's word for an infinity or not-a-number, or nearly so.
func isNoNumber(text []byte) bool {
	if text[0] == '+' || text[0] == '-' {
		text = text[1:]
	}
	return len(text) == len(".inf") && text[0] == '.' && (text[1]|0x20 == 'i' || text[1]|0x20 == 'n')
}

// float writes a number as encoding/json does.
func (s *scanner) float(text string) bool {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	number, err := json.Marshal(f)
	s.out = append(s.out, number...)
	return err == nil
}
