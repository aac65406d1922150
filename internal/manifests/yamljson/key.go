package yamljson

import (
	"bytes"
	"slices"
)

// maxKey is how long a key may be: the library looks for the colon no further than 1024 characters.
const maxKey = 1000

// key reads a key of a block mapping and its colon. base is where the mapping's keys start; want is what is searched
// in the mapping.
func (s *scanner) key(base int, want *target) bool {
	from, start := len(s.out), s.pos
	if !s.keyText() || s.pos-start > maxKey || !s.atColon() {
		return false
	}
	return s.keyDone(base, from, want)
}

// keyText reads a key's text on one line.
func (s *scanner) keyText() bool {
	if c := s.src[s.pos]; c == '"' || c == '\'' {
		return s.quoted() && s.pos <= s.end
	}
	colon := s.colon()
	return colon > s.pos && s.src[colon-1] != ' ' && s.plainKey(colon)
}

// keyDone steps over the colon after a key whose JSON starts at from, and rejects a key that the mapping already has.
func (s *scanner) keyDone(base, from int, want *target) bool {
	key := span{from, len(s.out)}
	if !s.isNew(base, key) {
		s.twice = string(s.out[key.from:key.to])
		return false
	}
	s.keys = append(s.keys, key)
	s.want = want.key(s, key)
	s.out = append(s.out, ':')
	s.pos++
	return true
}

// atKey reports whether pos is at a key of a block mapping.
func (s *scanner) atKey() bool {
	c := s.src[s.pos]
	if c != '"' && c != '\'' {
		return s.startsPlain() && s.colon() > s.pos
	}
	end := s.pos + 1
	for end < s.end && s.src[end] != c {
		if c == '"' && s.src[end] == '\\' {
			end++
		}
		end++
	}
	return end+1 < s.end && s.src[end+1] == ':' && s.isColon(end+1)
}

// colon gives the index of the colon that ends the plain key at pos, or -1 where the line has no such key.
func (s *scanner) colon() int {
	line := s.src[:s.end]
	for i := s.pos; i < len(line); i++ {
		switch {
		case !plainStop[line[i]]:
		case line[i] == ':' && s.isColon(i):
			return i
		case line[i] == '#' && i > s.pos && line[i-1] == ' ', line[i] == '\t':
			return -1
		}
	}
	return -1
}

func (s *scanner) atColon() bool { return s.pos < s.end && s.src[s.pos] == ':' && s.isColon(s.pos) }

// isColon reports whether the colon at i ends a key in a block mapping.
func (s *scanner) isColon(i int) bool { return i+1 == s.end || s.src[i+1] == ' ' }

// plainKey reads a plain key that ends at end. JSON has text keys only: whole numbers and booleans become text, null,
// other numbers and merge keys are left to the library.
func (s *scanner) plainKey(end int) bool {
	text := s.src[s.pos:end]
	if !s.startsPlain() || string(text) == "<<" {
		return false
	}
	from := len(s.out)
	if !s.resolve(text) {
		return false
	}
	s.pos = end
	switch s.out[from] {
	case '"':
		return true
	case 't', 'f':
		s.out = slices.Insert(append(s.out, '"'), from, '"')
		return true
	}
	s.out = append(append(append(s.out[:from], '"'), text...), '"')
	return isDecimal(text)
}

// linearKeys is how many keys a mapping may have before it is worth a hash table.
const linearKeys = 32

// isNew reports whether the mapping whose keys start at base does not have key yet.
func (s *scanner) isNew(base int, key span) bool {
	have := s.keys[base:]
	if len(have) >= linearKeys {
		return s.isNewOfMany(have, key)
	}
	text := s.out[key.from:key.to]
	for _, k := range have {
		if bytes.Equal(s.out[k.from:k.to], text) {
			return false
		}
	}
	return true
}

// isNewOfMany is isNew for a mapping with many keys.
func (s *scanner) isNewOfMany(have []span, key span) bool {
	base := len(s.keys) - len(have)
	if len(have) == linearKeys {
		table := make(map[string]struct{}, 2*linearKeys)
		for _, k := range have {
			table[string(s.out[k.from:k.to])] = struct{}{}
		}
		if s.tables == nil {
			s.tables = map[int]map[string]struct{}{}
		}
		s.tables[base] = table
	}
	table, before := s.tables[base], len(s.tables[base])
	table[string(s.out[key.from:key.to])] = struct{}{}
	return len(table) > before
}
