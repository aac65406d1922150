package yamljson

import (
	"strings"
	"testing"
)

func TestListsGiveTheirItems(t *testing.T) {
	for law, c := range map[string]struct {
		object string
		items  string // joined by blanks
		ok     bool
	}{
		"a List has items":                     {`{"kind":"List","items":[{"a":[1,"]"]},{"b":"}"}]}`, `{"a":[1,"]"]} {"b":"}"}`, true},
		"the kind may come last":               {`{"items":[{}],"metadata":{"kind":"Pod"},"kind":"PodList"}`, `{}`, true},
		"blanks do no harm":                    {"{ \"kind\" : \"List\" ,\n\"items\" : [ 1 , null , \"x\" ] }", `1 null "x"`, true},
		"a List may be empty":                  {`{"kind":"List","items":[]}`, ``, true},
		"an object is no List":                 {`{"kind":"Pod","items":[{}]}`, ``, false},
		"a List without items is none":         {`{"kind":"List"}`, ``, false},
		"items may not be null":                {`{"kind":"List","items":null}`, ``, false},
		"items of deeper objects do not count": {`{"kind":"List","spec":{"items":[{}]}}`, ``, false},
		"other JSON is no List":                {`["List"]`, ``, false},
		"no text is no List":                   {``, ``, false},
	} {
		items, ok := Items([]byte(c.object))
		texts := make([]string, 0, len(items))
		for _, item := range items {
			texts = append(texts, string(item))
		}
		if got := strings.Join(texts, " "); got != c.items || ok != c.ok {
			t.Errorf("%s: %q, %v", law, got, ok)
		}
	}
}

func TestBrokenJSONHasNoItems(t *testing.T) {
	const list = `{"kind":"List","items":[{"a":"b"},[1]]}`
	for end := range len(list) {
		if items, ok := Items([]byte(list[:end])); ok && end < len(list)-1 {
			t.Errorf("%s gives %q", list[:end], items)
		}
	}
}
