package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// maxSource bounds what a source may say.
const maxSource = 512

// Source is what a source outside the cluster says of itself.
type Source struct {
	Name, Region string
	Reason       v1alpha1.SourceReason // "" for one that is off
	Message      string
	LastSuccess  time.Time // zero if it never answered
}

// Sources sums up the kinds of each source, in the order of their first kind,
// and what some say of themselves.
func Sources(kinds []Availability, told []Source) []v1alpha1.SourceStatus {
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
		s := v1alpha1.SourceStatus{Name: name}
		s.State, s.Message = by[name].state()
		if i := slices.IndexFunc(told, func(t Source) bool { return t.Name == name }); i >= 0 {
			told[i].correct(&s)
		}
		out = append(out, s)
	}
	return out
}

// correct overrules what the source's kinds seem to say. When it last answered
// is told only while it does not: a time that moves by itself is no content.
func (t *Source) correct(s *v1alpha1.SourceStatus) {
	if t.Reason == "" {
		s.State, s.Message = v1alpha1.SourceOff, ""
		return
	}
	s.Reason, s.Region = t.Reason, t.Region
	switch {
	case t.Reason == v1alpha1.SourceAvailable:
		s.Message = cmp.Or(clip(t.Message, maxSource), s.Message) // of what it denies
		return
	case s.State != v1alpha1.SourceOff: // as one is that never answered
		s.State = v1alpha1.SourceDown
	}
	s.Message = clip(t.Message, maxSource)
	s.LastSuccess = metav1.NewTime(t.LastSuccess.UTC().Truncate(time.Second))
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
