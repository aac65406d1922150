package cli

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// edit is one that a hand makes to a status: at a place, it puts one of these
// values, or leaves nothing.
type edit struct {
	place  []string // keys; "0" is the first element of a list
	values []any    // of which the API server accepts one; none to leave nothing
}

func (e edit) String() string { return fmt.Sprintf("%v: %v", e.place, e.values) }

// edits changes each field of a status, of the first element of each list for
// all, and leaves each out.
func edits(place []string, v any) (list []edit) {
	if len(place) > 0 {
		list = append(list, edit{place: place})
	}
	inner := func(key string, v any) {
		list = append(list, edits(append(slices.Clone(place), key), v)...)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			inner(key, v[key])
		}
	case []any:
		if len(v) > 0 {
			inner("0", v[0])
		}
	default:
		list = append(list, edit{place, others(v)})
	}
	return list
}

// others are values like one: where the API server allows few, one of these.
func others(v any) []any {
	switch v := v.(type) {
	case int64:
		return []any{v + 1}
	case bool:
		return []any{!v}
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return []any{at.Add(-time.Hour).Format(time.RFC3339)}
		}
		few := []any{v + "s", "Low", "Medium", "False", "True", "Unknown", "Degraded", "Listed", "Forbidden", "Stale"}
		return slices.DeleteFunc(few, func(o any) bool { return o == v })
	}
	return nil
}

// put gives v with another value at a place, or without what is there.
func put(v any, place []string, value any) any {
	switch v := v.(type) {
	case map[string]any:
		v = maps.Clone(v)
		if len(place) == 1 && value == nil {
			delete(v, place[0])
		} else {
			v[place[0]] = put(v[place[0]], place[1:], value)
		}
		return v
	case []any:
		if len(place) == 1 && value == nil {
			return v[1:]
		}
		if len(place) > 0 {
			return append([]any{put(v[0], place[1:], value)}, v[1:]...)
		}
	}
	return value
}
