package findings

import (
	"maps"
	"slices"
	"time"
)

// UseState says whether an exception silences anything.
type UseState int

// The states of an exception.
const (
	Active  UseState = iota // silences findings
	Unused                  // silences none
	Expired                 // is over
)

// UseStates lists the states.
var UseStates = []UseState{Active, Unused, Expired}

// String is the state's name in reports and metrics.
func (s UseState) String() string {
	switch s {
	case Active:
		return "Active"
	case Unused:
		return "Unused"
	default:
		return "Expired"
	}
}

// Use is what an exception does now. A finding that several exceptions match
// counts for each of them.
type Use struct {
	Namespace, Name string
	State           UseState
	Expires         time.Time // zero: never
	Matched         int       // findings that it silences
	Refused         int       // findings that it matches and the policy does not let it silence
}

// Uses lists what the exceptions do, by namespace and name. Until the ledger has
// settled, this is about a part of the world.
func (l *Ledger) Uses() []Use {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.Now()
	var out []Use
	for _, namespace := range slices.Sorted(maps.Keys(l.exceptions)) {
		reports := l.usesIn(namespace)
		for _, e := range l.exceptions[namespace] {
			out = append(out, e.use(reports, e.expired(now)))
		}
	}
	return out
}

// usesIn gives the uses of a namespace's exceptions, by the reports on which
// they act.
func (l *Ledger) usesIn(namespace string) []map[*exception]*uses {
	names := []string{namespace}
	if namespace == l.System {
		names = append(names, "")
	}
	var out []map[*exception]*uses
	for _, name := range names {
		if _, ok := l.view(name); ok {
			out = append(out, l.reports[name].uses)
		}
	}
	return out
}

func (e *exception) use(reports []map[*exception]*uses, expired bool) Use {
	u := Use{Namespace: e.Namespace, Name: e.Name, Expires: e.Expires}
	if expired {
		u.State = Expired
		return u
	}
	for _, r := range reports {
		if n := r[e]; n != nil {
			u.Matched += n.matched
			u.Refused += n.refused
		}
	}
	if u.Matched == 0 {
		u.State = Unused
	}
	return u
}
