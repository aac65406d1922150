package yamljson

import "bytes"

// maxDepth is how deep collections may nest before the scanner leaves a document to the library.
const maxDepth = 100

// scanner turns one document into JSON in a single pass. Each of its methods that reads something gives false where
// the document leaves the shape that the scanner knows; the caller then drops the output.
//
// Between nodes it stands on a line: pos is what is to be read next, col the indentation of the line.
type scanner struct {
	src []byte
	out []byte

	pos   int // the next byte to read
	start int // start of the current line
	end   int // end of the current line, without its break
	next  int // start of the line after it
	col   int // column of the current line's first character, -1 after the last line

	depth int
	keys  []span // the keys of all open mappings
	twice string // the JSON of a key that its mapping has already
	json  bool   // the document is known to be valid JSON
	// flowRoot says that the whole document is a flow collection.
	flowRoot bool
	// tables has the keys of open mappings with many of them, by where they start in keys.
	tables map[int]map[string]struct{}

	want    *target // what is searched below the current node, or nil
	counted int     // the line breaks before this index are in line
	line    int     // line breaks counted so far
}

// span is a piece of the output.
type span struct{ from, to int }

// verdict is what the scanner says of a document.
type verdict struct {
	known bool   // the document has the shape that the scanner knows
	line  int    // else: the line where it leaves that shape
	twice string // else: the JSON of the key there, if its mapping has it already
}

// scan appends the JSON of doc to buf, if doc has the shape that the scanner knows, and notes the lines of the nodes
// that are wanted.
func scan(doc, buf []byte, wanted *target) ([]byte, verdict) {
	var room [24]span
	s := scanner{src: doc, out: buf, keys: room[:0], want: wanted}
	if s.document() {
		return s.out, verdict{known: true}
	}
	s.counted, s.line = 0, 0
	s.pos = min(s.pos, len(doc))
	return buf, verdict{line: s.lineNumber(), twice: s.twice}
}

func (s *scanner) document() bool {
	if !s.readable() || !s.advance() || s.col < 0 {
		return false
	}
	s.want.found(s)
	return s.root() && s.col < 0
}

func (s *scanner) root() bool {
	switch {
	case opensFlow(s.src[s.pos]):
		s.flowRoot = true
		return s.flow() && s.finishLine()
	case s.atDash():
		return s.sequence(s.col)
	}
	return s.mapping(s.col)
}

// advance moves to the next line with content, past blank lines and comments.
func (s *scanner) advance() bool {
	for i := s.next; i < len(s.src); {
		start := i
		for i < len(s.src) && s.src[i] == ' ' {
			i++
		}
		switch {
		case i == len(s.src):
		case s.src[i] == '\n':
			i++
		case s.src[i] == '\r': // readable says that an LF follows
			i += 2
		case s.src[i] == '#':
			i = s.lineAfter(i)
		default:
			s.start, s.pos, s.col = start, i, i-start
			s.findEnd()
			return s.src[i] != '\t' && !s.atMarker()
		}
	}
	s.pos, s.start, s.end, s.next, s.col = len(s.src), len(s.src), len(s.src), len(s.src), -1
	return true
}

// lineAfter gives the start of the line after the one that index i is on.
func (s *scanner) lineAfter(i int) int {
	if n := bytes.IndexByte(s.src[i:], '\n'); n >= 0 {
		return i + n + 1
	}
	return len(s.src)
}

// findEnd sets the end of the line that pos is on.
func (s *scanner) findEnd() {
	s.next = s.lineAfter(s.pos)
	s.end = s.next
	if s.end > s.pos && s.src[s.end-1] == '\n' {
		s.end--
	}
	if s.end > s.pos && s.src[s.end-1] == '\r' {
		s.end--
	}
}

// finishLine expects no more than a comment on the line where a quoted scalar or a flow collection ended, and moves
// to the next line.
func (s *scanner) finishLine() bool {
	if s.pos > s.end {
		s.findEnd()
	}
	from := s.pos
	s.skipSpaces()
	if s.pos < s.end && (s.src[s.pos] != '#' || s.pos == from) {
		return false
	}
	return s.advance()
}

func (s *scanner) skipSpaces() {
	for s.pos < s.end && s.src[s.pos] == ' ' {
		s.pos++
	}
}

// atMarker reports whether the current line is a document marker.
func (s *scanner) atMarker() bool {
	return s.col == 0 && (isMarker(s.src[s.pos:s.end], '-') || isMarker(s.src[s.pos:s.end], '.'))
}

// atDash reports whether a sequence item starts at pos.
func (s *scanner) atDash() bool {
	return s.src[s.pos] == '-' && (s.pos+1 == s.end || s.src[s.pos+1] == ' ')
}

// lineNumber gives the line of pos. Calls must come in the order of the text.
func (s *scanner) lineNumber() int {
	s.line += bytes.Count(s.src[s.counted:s.pos], []byte("\n"))
	s.counted = s.pos
	return s.line + 1
}
