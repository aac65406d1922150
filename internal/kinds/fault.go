package kinds

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// path leads from the root of decoded JSON to a node: map keys (string) and
// list positions (int).
type path []any

func (p path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch s := step.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(s) + "]")
		case string:
			switch {
			case strings.ContainsAny(s, ".[]\"/"):
				b.WriteString("[" + strconv.Quote(s) + "]")
			case b.Len() > 0:
				b.WriteString("." + s)
			default:
				b.WriteString(s)
			}
		}
	}
	return b.String()
}

// isKey tells whether one of the key fields lies on the path or below it.
func (p path) isKey(keyFields []string) bool {
	names := p.names()
	return slices.ContainsFunc(append(keyFields, "metadata"), func(key string) bool {
		k := strings.Split(key, ".")
		n := min(len(k), len(names))
		return slices.Equal(k[:n], names[:n])
	})
}

func (p path) names() []string {
	var names []string
	for _, step := range p {
		if s, ok := step.(string); ok {
			names = append(names, s)
		}
	}
	return names
}

// findFault returns the path to the first and deepest node that the decoder
// refuses even when it stands alone, and the decoder's reason. Each level
// tries its children one by one in a copy of the object without the siblings.
func findFault(tree any, decode decoder) (path, error) {
	var at path
	var cause error
	for {
		next, err := firstRefused(tree, at, decode)
		if err == nil {
			return at, cause
		}
		at, cause = next, err
	}
}

func firstRefused(tree any, at path, decode decoder) (path, error) {
	for _, step := range steps(lookup(tree, at)) {
		p := append(slices.Clone(at), step)
		raw, err := json.Marshal(alone(tree, p))
		if err != nil {
			continue
		}
		if _, err := decode(raw); err != nil {
			return p, err
		}
	}
	return nil, nil
}

func steps(node any) []any {
	var out []any
	switch n := node.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(n)) {
			out = append(out, k)
		}
	case []any:
		for i := range n {
			out = append(out, i)
		}
	}
	return out
}

func lookup(node any, p path) any {
	for _, step := range p {
		switch n := node.(type) {
		case map[string]any:
			node = n[step.(string)]
		case []any:
			node = n[step.(int)]
		}
	}
	return node
}

// alone copies the tree with nothing but the node at p. A list keeps only that
// one item.
func alone(node any, p path) any {
	if len(p) == 0 {
		return node
	}
	switch n := node.(type) {
	case map[string]any:
		k := p[0].(string)
		return map[string]any{k: alone(n[k], p[1:])}
	case []any:
		return []any{alone(n[p[0].(int)], p[1:])}
	}
	return node
}

// prune copies the tree without the node at p.
func prune(node any, p path) any {
	switch n := node.(type) {
	case map[string]any:
		k := p[0].(string)
		out := maps.Clone(n)
		if len(p) == 1 {
			delete(out, k)
		} else {
			out[k] = prune(n[k], p[1:])
		}
		return out
	case []any:
		i := p[0].(int)
		if len(p) == 1 {
			return slices.Delete(slices.Clone(n), i, i+1)
		}
		out := slices.Clone(n)
		out[i] = prune(n[i], p[1:])
		return out
	}
	return node
}
