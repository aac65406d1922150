package yamljson

import (
	"strconv"
	"strings"
)

// steps cuts a field path into mapping keys and sequence indexes: names after dots, and keys or indexes in brackets,
// quoted or bare. A path that is not well formed gives the steps before the fault.
func steps(path string) []string {
	var found []string
	for path != "" {
		step, rest, ok := firstStep(path)
		if !ok {
			break
		}
		found, path = append(found, step), rest
	}
	return found
}

// firstStep cuts the first step off a path.
func firstStep(path string) (step, rest string, ok bool) {
	if quoted, found := strings.CutPrefix(path, `["`); found {
		return quotedStep(quoted)
	}
	if bare, found := strings.CutPrefix(path, "["); found {
		return strings.Cut(bare, "]")
	}
	path = strings.TrimPrefix(path, ".")
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		end = len(path)
	}
	return path[:end], path[end:], end > 0
}

// quotedStep cuts a key off the text after its opening bracket and quote.
func quotedStep(text string) (step, rest string, ok bool) {
	quoted, err := strconv.QuotedPrefix(`"` + text)
	if err != nil {
		return "", "", false
	}
	step, err = strconv.Unquote(quoted)
	rest, closed := strings.CutPrefix(text[len(quoted)-1:], "]")
	return step, rest, err == nil && closed
}
