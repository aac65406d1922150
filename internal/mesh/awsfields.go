package mesh

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// fieldIn finds the field of the API for a field of AWS's JSON: its type and
// its name. It is false for what the API does not have.
func fieldIn(t reflect.Type, name string) (of reflect.Type, field string, ok bool) {
	for t != nil && (t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice) {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil, name, false
	}
	reference := strings.TrimSuffix(name, "Name") + "Ref"
	for i := range t.NumField() {
		field, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if field == name || wireName(field) == name || field == reference {
			return t.Field(i).Type, field, true
		}
	}
	return nil, name, false
}

// knownPart is what of a value of AWS the API knows; nil if that is nothing.
func knownPart(t reflect.Type, v any) any {
	object, ok := v.(tree)
	if !ok {
		return v
	}
	out := tree{}
	for name, value := range object {
		if of, _, known := fieldIn(t, name); known {
			if part := knownPart(of, value); part != nil {
				out[name] = part
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// longest is how much of a value a message shows, in bytes.
const longest = 120

// valueText is a value as messages show it.
func valueText(v any) string {
	var text string
	switch v := v.(type) {
	case awsRef:
		text = v.name
	case string:
		text = v
	default:
		raw, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		text = string(raw)
	}
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// MarshalJSON shows a reference as the name in AWS.
func (n awsRef) MarshalJSON() ([]byte, error) { return json.Marshal(n.name) }

// identity tells which items of two lists are meant to be the same: by what
// names them, or, where nothing does, by their values.
func identity(v any) string {
	t, ok := v.(tree)
	if !ok {
		return valueText(v)
	}
	for _, name := range []string{"name", "key"} {
		if t[name] != nil {
			return valueText(t[name])
		}
	}
	if t["virtualNode"] != nil {
		return fmt.Sprint(valueText(t["virtualNode"]), " ", t["port"])
	}
	for _, name := range []string{"portMapping", "virtualService"} {
		if inner, ok := t[name].(tree); ok {
			return fmt.Sprint(inner["port"], valueText(inner["virtualServiceName"]))
		}
	}
	return ""
}
