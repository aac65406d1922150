package yamljson

import "bytes"

// Header gives apiVersion and kind of a JSON object as ToJSON writes it. It gives false where one of them is missing,
// is no string, or is written with an escape.
func Header(object []byte) (apiVersion, kind string, ok bool) {
	members(object, '{', func(key, value []byte) {
		switch string(key) {
		case `"apiVersion"`:
			apiVersion = plainString(value)
		case `"kind"`:
			kind = plainString(value)
		}
	})
	return apiVersion, kind, apiVersion != "" && kind != ""
}

// plainString gives the text of a JSON string without escapes, "" for anything else.
func plainString(value []byte) string {
	if len(value) < 2 || value[0] != '"' || bytes.IndexByte(value, '\\') >= 0 {
		return ""
	}
	return string(value[1 : len(value)-1])
}
