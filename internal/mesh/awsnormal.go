package mesh

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// awsDefaults are the values that AWS takes a field to have if it is not there,
// by the name of the field. No two fields of one name have different ones.
var awsDefaults = map[string]any{
	"enforce":               true,
	"responseType":          "LOADBALANCER",
	"defaultTargetHostname": "ENABLED",
	"defaultPrefix":         "ENABLED",
	"type":                  "DROP_ALL", // of the egress filter
	"priority":              json.Number("1000"),
	"perRequest":            "15 s",
	"idle":                  "300 s",
}

// normal is a specification without what says the same as its absence: zeros,
// what is empty, and defaults. Durations become text, so that 1 s is 1000 ms.
// It is nil if nothing is left.
func normal(field string, v any) any {
	switch v := v.(type) {
	case []any:
		return normalList(field, v)
	case tree:
		if text, ok := durationText(v); ok {
			return unlessDefault(field, text)
		}
		return normalObject(field, v)
	}
	if zero(field, v) {
		return nil
	}
	return unlessDefault(field, v)
}

// zero tells whether a value says as little as its absence. Of two fields the
// zero is no default.
func zero(field string, v any) bool {
	switch v := v.(type) {
	case json.Number:
		return v == "0" && field != "priority"
	case bool:
		return !v && field != "enforce"
	}
	return v == "" || v == nil
}

func normalList(field string, v []any) any {
	if len(v) == 0 {
		return nil
	}
	out := make([]any, len(v)) // positions count: they are told
	for i := range v {
		if out[i] = normal(field, v[i]); out[i] == nil {
			out[i] = tree{}
		}
	}
	return out
}

func unlessDefault(field string, v any) any {
	if d, ok := awsDefaults[field]; ok && d == v {
		return nil
	}
	return v
}

func normalObject(field string, v tree) any {
	out := tree{}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if value := normal(name, v[name]); value != nil {
			out[name] = value
		}
	}
	if field == "listeners" {
		withoutOwnPort(out)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// withoutOwnPort drops the port of a listener's health check that is the
// listener's, which it is anyway if none is given.
func withoutOwnPort(listener tree) {
	mapping, _ := listener["portMapping"].(tree)
	check, _ := listener["healthCheck"].(tree)
	if check["port"] != nil && check["port"] == mapping["port"] {
		delete(check, "port")
	}
}

// durationText is a duration of AWS's API as text.
func durationText(v tree) (string, bool) {
	unit, ok := v["unit"].(string)
	for name := range v {
		ok = ok && (name == "unit" || name == "value")
	}
	number, _ := v["value"].(json.Number)
	if number == "" {
		number = "0"
	}
	value, err := number.Int64()
	if !ok || err != nil {
		return "", false
	}
	switch {
	case unit == "s":
		return strconv.FormatInt(value, 10) + " s", true
	case unit == "ms" && value%1000 == 0:
		return strconv.FormatInt(value/1000, 10) + " s", true
	}
	return strconv.FormatInt(value, 10) + " " + unit, true
}
