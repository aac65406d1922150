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

// firstRefused looks among the children of a node. Where even an empty map or
// list is refused, it is the node that is wrong, not what it holds.
func firstRefused(tree any, at path, decode decoder) (path, error) {
	node := lookup(tree, at)
	if len(at) > 0 && refuses(decode, wrap(at, empty(node))) != nil {
		return nil, nil //nolint:nilerr // the caller has the reason
	}
	for _, step := range steps(node) {
		p := append(slices.Clone(at), step)
		if err := refuses(decode, wrap(p, lookup(tree, p))); err != nil {
			return p, err
		}
	}
	return nil, nil
}

func refuses(decode decoder, tree any) error {
	raw, err := json.Marshal(tree)
	if err != nil {
		return nil //nolint:nilerr // cannot be: the tree comes from JSON
	}
	_, err = decode(raw)
	return err
}

// empty is a map or list of the node's kind.
func empty(node any) any {
	if _, ok := node.([]any); ok {
		return []any{}
	}
	return map[string]any{}
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

// wrap makes a tree with nothing but the node at p. A list has only that item.
func wrap(p path, node any) any {
	for _, step := range slices.Backward(p) {
		switch s := step.(type) {
		case string:
			node = map[string]any{s: node}
		case int:
			node = []any{node}
		}
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
