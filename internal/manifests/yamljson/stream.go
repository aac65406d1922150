package yamljson

import "bytes"

// appendValues appends doc to docs, cut into one document for each JSON value where it is a sequence of those.
func appendValues(docs []Document, doc Document) []Document {
	for {
		end := nextValue(doc.Bytes)
		if end < 0 {
			return append(docs, doc)
		}
		docs = append(docs, Document{Bytes: doc.Bytes[:end], Line: doc.Line})
		doc.Line += bytes.Count(doc.Bytes[:end], []byte("\n"))
		doc.Bytes = doc.Bytes[end:]
	}
}

// nextValue gives the start of the second JSON value in text, or -1 where text is not JSON or holds just one value.
func nextValue(text []byte) int {
	start := contentStart(text)
	if start == len(text) || !opensFlow(text[start]) {
		return -1
	}
	end := valueEnd(text, start)
	if end < 0 {
		return -1
	}
	end = skipBlank(text, end)
	if end == len(text) || !opensFlow(text[end]) {
		return -1
	}
	return end
}

// valueEnd gives the index after the JSON object or array that starts at i, or -1 if that is not JSON.
func valueEnd(text []byte, i int) int {
	for depth := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			if i = stringEnd(text, i); i < 0 {
				return -1
			}
		case '\'', '#': // YAML's quotes and comments: not JSON
			return -1
		}
	}
	return -1
}

// stringEnd gives the index of the quote that ends the JSON string that starts at i, or -1.
func stringEnd(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '"':
			return i
		case '\\':
			i++
		case '\n':
			return -1
		}
	}
	return -1
}

// contentStart gives the index of the first byte that is neither blank nor comment.
func contentStart(text []byte) int {
	i := 0
	for i < len(text) {
		switch {
		case isBlank(text[i]) || isBreak(text[i]):
			i++
		case text[i] == '#':
			n := bytes.IndexByte(text[i:], '\n')
			if n < 0 {
				return len(text)
			}
			i += n
		default:
			return i
		}
	}
	return i
}

func opensFlow(c byte) bool { return c == '{' || c == '[' }
