package yamljson

import "bytes"

// Document is one document of a stream.
type Document struct {
	// Bytes is the document's text without the marker line before it. Text on the marker's own line belongs to it.
	Bytes []byte
	// Line is the line of the stream, from 1, at which Bytes starts.
	Line int
}

// Split gives the documents of a YAML stream, of a JSON file, or of a file of JSON values one after the other.
// Documents that hold nothing but blanks and comments are left out. The documents share the memory of data, unless
// data is UTF-16 (as PowerShell writes it), which is turned into UTF-8 first. Split never fails: text that is no YAML
// comes back as a document that ToJSON rejects.
func Split(data []byte) []Document {
	s := splitter{data: utf8Text(data), line: 1, first: 1}
	for s.pos < len(s.data) {
		s.readLine()
	}
	s.flush(len(s.data))
	return s.docs
}

// splitter walks over the lines of a stream.
type splitter struct {
	data []byte
	docs []Document
	pos  int // start of the current line
	line int // its number

	start      int  // start of the current document
	first      int  // the line number there
	content    bool // the document has something else than blanks and comments
	directives bool // it has directives, and their marker has not come yet
}

func (s *splitter) readLine() {
	start, next := s.pos, len(s.data)
	if n := bytes.IndexByte(s.data[start:], '\n'); n >= 0 {
		next = start + n + 1
	}
	s.skipMark()
	text := s.data[s.pos:next]
	switch {
	case isMarker(text, '.'):
		s.flush(start)
		s.begin(next, s.line+1)
	case isMarker(text, '-') && s.directives:
		s.directives = false
	case isMarker(text, '-'):
		s.flush(start)
		s.beginAtMarker(next)
	case !s.content:
		s.directives = s.directives || bytes.HasPrefix(text, []byte("%"))
		s.content = hasContent(text)
	}
	s.pos, s.line = next, s.line+1
}

// skipMark steps over a byte order mark before a document marker or a document's first content: files that were put
// together have some.
func (s *splitter) skipMark() {
	rest, found := bytes.CutPrefix(s.data[s.pos:], []byte(byteOrderMark))
	if !found || s.content && !isMarker(rest, '-') {
		return
	}
	if s.start == s.pos {
		s.start += len(byteOrderMark)
	}
	s.pos += len(byteOrderMark)
}

// beginAtMarker starts a document at a "---" whose line ends at next.
func (s *splitter) beginAtMarker(next int) {
	rest := s.data[s.pos+3 : next]
	if len(bytes.TrimSpace(rest)) == 0 {
		s.begin(next, s.line+1)
		return
	}
	s.begin(s.pos+3, s.line)
	s.content = hasContent(rest)
}

func (s *splitter) begin(start, line int) {
	s.start, s.first, s.content, s.directives = start, line, false, false
}

// flush ends the current document before end.
func (s *splitter) flush(end int) {
	if s.content && s.start < end {
		s.docs = appendValues(s.docs, Document{Bytes: s.data[s.start:end], Line: s.first})
	}
	s.content = false
}

// isMarker reports whether a line that starts at column 0 is a document marker made of three times c.
func isMarker(line []byte, c byte) bool {
	if len(line) < 3 || line[0] != c || line[1] != c || line[2] != c {
		return false
	}
	return len(line) == 3 || isBlank(line[3]) || isBreak(line[3])
}

// hasContent reports whether a line holds more than blanks and a comment.
func hasContent(line []byte) bool {
	text := bytes.TrimLeft(line, " \t\r\n")
	return len(text) > 0 && text[0] != '#'
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isBreak(c byte) bool { return c == '\n' || c == '\r' }
