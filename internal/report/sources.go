package report

import (
	"fmt"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Availability says how well a kind can be read, and where from.
type Availability struct {
	Kind   inventory.Kind
	Source string
	State  inventory.State
}

// Kinds lists the kinds of a schema that source names a source for, in the
// schema's order, by the states that the ledger knows.
func Kinds(
	s *inventory.Schema, states map[inventory.Kind]inventory.State, source func(inventory.Kind) string,
) []Availability {
	var out []Availability
	for _, info := range s.Kinds() {
		if from := source(info.Kind); from != "" {
			out = append(out, Availability{Kind: info.Kind, Source: from, State: states[info.Kind]})
		}
	}
	return out
}

var stateMessages = map[inventory.State]string{
	inventory.NotSynced:         "The first list is not there yet.",
	inventory.Forbidden:         "The API server refuses to list or watch the kind.",
	inventory.Stale:             "No list or watch has succeeded for a while; what is known may be out of date.",
	inventory.SourceUnavailable: "The source does not answer.",
}

// Sources sums up the kinds of each source, in the order of their first kind.
func Sources(kinds []Availability) []v1alpha1.SourceStatus {
	var order []string
	by := map[string]*tally{}
	for _, k := range kinds {
		if by[k.Source] == nil {
			by[k.Source] = &tally{}
			order = append(order, k.Source)
		}
		by[k.Source].add(k)
	}
	var out []v1alpha1.SourceStatus
	for _, name := range order {
		state, message := by[name].state()
		out = append(out, v1alpha1.SourceStatus{Name: name, State: state, Message: message})
	}
	return out
}

// tally counts the kinds of a source.
type tally struct {
	known      int
	unreadable []string
}

func (t *tally) add(k Availability) {
	switch {
	case k.State.Known():
		t.known++
	case k.State.Unreadable():
		t.unreadable = append(t.unreadable, fmt.Sprintf("%s (%s)", k.Kind, k.State))
	}
}

func (t *tally) state() (state v1alpha1.SourceState, message string) {
	switch {
	case len(t.unreadable) == 0 && t.known == 0:
		return v1alpha1.SourceOff, ""
	case len(t.unreadable) == 0:
		return v1alpha1.SourceUp, ""
	case t.known == 0:
		return v1alpha1.SourceDown, "Nothing can be read."
	}
	return v1alpha1.SourceDegraded, "Not readable: " + names(t.unreadable) + "."
}
