package audit_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// author makes stories up: of the documents of a few fixtures, whatever the
// dice say.
type author struct {
	*rand.Rand
	pristine documents
	current  documents // as the story has left them
	now      time.Time
}

// newAuthor is an author who knows the documents, and the namespaces that they
// are in.
func newAuthor(dice *rand.Rand, docs ...documents) *author {
	all := slices.Concat(docs...)
	known := map[string]bool{}
	for _, doc := range all {
		if kind, _ := field(doc, "kind").(string); kind == "Namespace" {
			known[nameOf(doc, "name")] = true
		}
	}
	for _, doc := range all {
		if ns := nameOf(doc, "namespace"); ns != "" && !known[ns] {
			known[ns] = true
			all = append(all, map[string]any{
				"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": ns},
			})
		}
	}
	return &author{Rand: dice, pristine: all, current: slices.Clone(all)}
}

// field follows keys into nested maps.
func field(node any, keys ...string) any {
	for _, k := range keys {
		m, _ := node.(map[string]any)
		node = m[k]
	}
	return node
}

func nameOf(doc any, key string) string {
	name, _ := field(doc, "metadata", key).(string)
	return name
}

// write makes a story of so many steps. It begins with every document as it is.
func (a *author) write(name string, steps int) *story {
	a.now = start.Add(-time.Duration(a.IntN(100)) * 24 * time.Hour)
	s, first := &story{name: name, begin: a.now}, step{}
	for i := range a.pristine {
		first.edits = a.put(first.edits, i, a.pristine[i])
	}
	s.steps = append(s.steps, first)
	for range steps {
		s.steps = append(s.steps, a.step())
	}
	return s
}

func (a *author) step() step {
	var st step
	for range 1 + a.IntN(4) {
		st.edits = a.edit(st.edits)
	}
	if a.IntN(5) == 0 {
		st.hasty = 1 + a.IntN(4)
	}
	return st
}

// edit adds one change, or none if the dice come upon something that no API
// server would have.
func (a *author) edit(out []edit) []edit {
	i := a.IntN(len(a.pristine))
	switch n := a.IntN(25); {
	case n < 6:
		return a.put(out, i, a.pristine[i])
	case n < 10:
		return a.remove(out, i)
	case n < 13:
		return a.put(out, i, a.relabelled(a.current[i]))
	case n < 17:
		return a.put(out, i, a.grafted(a.current[i]))
	case n < 18:
		return a.put(out, i, a.spoilt(a.current[i]))
	case n < 20:
		return append(out, a.state(i))
	case n < 21:
		e := edit{later: a.pause()}
		a.now = a.now.Add(e.later)
		return append(out, e)
	case n < 22:
		return append(out, a.settings())
	case n < 23:
		return append(out, edit{policy: a.policy()})
	case n < 24:
		return a.put(out, i, a.dated(a.current[i]))
	}
	return append(out, a.drop(i)...)
}

func (a *author) put(out []edit, i int, doc any) []edit {
	raw, err := json.Marshal(doc)
	if err != nil {
		return out
	}
	apiVersion, _ := field(doc, "apiVersion").(string)
	kind, _ := field(doc, "kind").(string)
	o, err := kinds.Decode(apiVersion, kind, raw)
	if err != nil || o.Ref.Name == "" {
		return out
	}
	a.current[i] = doc
	return append(out, edit{put: o, manifest: string(raw)})
}

func (a *author) remove(out []edit, i int) []edit {
	for _, e := range a.put(nil, i, a.current[i]) {
		out = append(out, edit{put: &inventory.Object{Ref: e.put.Ref}})
	}
	return out
}

// drop is what the end of a CRD does.
func (a *author) drop(i int) []edit {
	var out []edit
	for _, e := range a.put(nil, i, a.current[i]) {
		k := e.put.Ref.Kind
		out = append(out, edit{drop: k}, edit{state: &inventory.StateChange{Kind: k, State: inventory.NotInstalled}})
	}
	return out
}

// state changes what can be read of a kind, mostly of one that the world has,
// and mostly for the better.
func (a *author) state(i int) edit {
	rows := kinds.Rows()
	c := &inventory.StateChange{Kind: rows[a.IntN(len(rows))].Kind, State: inventory.Listed}
	if o := a.put(nil, i, a.current[i]); len(o) > 0 && a.IntN(4) > 0 {
		ref := o[0].put.Ref
		c.Kind = ref.Kind
		info, _ := kinds.Schema().Lookup(ref.Kind)
		c.Scope = []string{"", "", info.RefKey(ref).Scope}[a.IntN(3)]
	}
	if a.IntN(5) > 1 {
		c.State = inventory.State(a.IntN(int(inventory.Undecodable)))
	}
	return edit{state: c}
}

func (a *author) pause() time.Duration {
	return choose(a.Rand, time.Second, time.Minute, 5*time.Minute, time.Hour, 24*time.Hour, 90*24*time.Hour)
}

func choose[T any](dice *rand.Rand, list ...T) T { return list[dice.IntN(len(list))] }
