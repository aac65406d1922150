package yamljson

import "strings"

// Items gives the objects of a Kubernetes list: the items of a JSON object whose kind ends in List. It gives false for
// any other JSON. The items share the memory of object, which must be JSON as ToJSON writes it.
func Items(object []byte) (items [][]byte, ok bool) {
	isList, hasItems := false, false
	members(object, '{', func(key, value []byte) {
		switch string(key) {
		case `"kind"`:
			isList = strings.HasSuffix(string(value), `List"`)
		case `"items"`:
			hasItems = members(value, '[', func(_, item []byte) { items = append(items, item) })
		}
	})
	if !isList || !hasItems {
		return nil, false
	}
	return items, true
}

// members calls visit for each member of a JSON object or each element of an array (without a key then), whichever
// open says. It gives false where text is not that, or not JSON.
func members(text []byte, open byte, visit func(key, value []byte)) bool {
	i := skipBlank(text, 0)
	if i == len(text) || text[i] != open {
		return false
	}
	for i = skipBlank(text, i+1); i < len(text) && text[i] != open+2; {
		var key []byte
		if open == '{' {
			end := stringEnd(text, i)
			if text[i] != '"' || end < 0 {
				return false
			}
			key, i = text[i:end+1], skipBlank(text, end+1)+1
		}
		i = skipBlank(text, i)
		end := elementEnd(text, i)
		if end <= i {
			return false
		}
		visit(key, text[i:end])
		if i = skipBlank(text, end); i < len(text) && text[i] == ',' {
			i = skipBlank(text, i+1)
		}
	}
	return i < len(text)
}

// elementEnd gives the index after the JSON value that starts at i, or a smaller one than i if there is none.
func elementEnd(text []byte, i int) int {
	if i >= len(text) {
		return -1
	}
	switch text[i] {
	case '{', '[':
		return valueEnd(text, i)
	case '"':
		return stringEnd(text, i) + 1
	}
	for i < len(text) && !isBlank(text[i]) && !isBreak(text[i]) && strings.IndexByte(",]}", text[i]) < 0 {
		i++
	}
	return i
}

// skipBlank gives the index of the first byte from i on that is no white space.
func skipBlank(text []byte, i int) int {
	for i < len(text) && (isBlank(text[i]) || isBreak(text[i])) {
		i++
	}
	return i
}
