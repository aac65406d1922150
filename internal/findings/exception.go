package findings

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Exception says which findings are known and accepted: those of its checks
// about its subjects, in the report of its namespace. One in the operator's
// namespace ([Config.System]) also acts on the report of the cluster, there
// without bounds and only on subjects that it names. It is immutable.
type Exception struct {
	Namespace, Name string
	Checks          []string  // patterns; see [Match]
	Subjects        []Subject // none: every subject of its namespace
	Expires         time.Time // over at this moment; zero: never
}

// Subject chooses objects that fit everything that is given.
type Subject struct {
	Kind    string                              // without group; "" any
	Name    string                              // pattern; "" any
	Selects func(labels map[string]string) bool // nil: any
}

// SetException tells of an exception that came or changed.
func (l *Ledger) SetException(e Exception) {
	l.mu.Lock()
	touched := map[string]bool{}
	l.drop(e.Namespace, e.Name, touched)
	added := compile(e)
	added.over = added.expired(l.Now())
	list := l.exceptions[e.Namespace]
	i, _ := slices.BinarySearchFunc(list, e.Name, (*exception).compare)
	l.exceptions[e.Namespace] = slices.Insert(list, i, added)
	l.touch(added, touched)
	l.publish(touched)
}

// DeleteException tells of an exception that is gone.
func (l *Ledger) DeleteException(namespace, name string) {
	l.mu.Lock()
	touched := map[string]bool{}
	l.drop(namespace, name, touched)
	l.publish(touched)
}

func (l *Ledger) drop(namespace, name string, touched map[string]bool) {
	list := l.exceptions[namespace]
	i, found := slices.BinarySearchFunc(list, name, (*exception).compare)
	if !found {
		return
	}
	l.touch(list[i], touched)
	if len(list) == 1 {
		delete(l.exceptions, namespace)
		return
	}
	l.exceptions[namespace] = slices.Delete(list, i, i+1)
}

// Expire shows again what exceptions that are over by now silenced, and tells
// when the next one is over; zero if none will be. It is to be called then. A
// clock that was set back counts.
func (l *Ledger) Expire() (next time.Time) {
	l.mu.Lock()
	now, touched := l.Now(), map[string]bool{}
	for _, list := range l.exceptions {
		for _, e := range list {
			if over := e.expired(now); over != e.over {
				e.over = false
				l.touch(e, touched)
				e.over = over
			}
			if !e.over && !e.Expires.IsZero() && (next.IsZero() || e.Expires.Before(next)) {
				next = e.Expires
			}
		}
	}
	l.publish(touched)
	return next
}

// touch adds the reports on which an exception acts, unless it is over.
func (l *Ledger) touch(e *exception, touched map[string]bool) {
	if e.over {
		return
	}
	touched[e.Namespace] = true
	if e.Namespace == l.System && e.actsOn("") {
		touched[""] = true
	}
}

// exception is one with its subjects made findable.
type exception struct {
	Exception
	exact    map[string][]Subject // by their whole name
	patterns []Subject
	over     bool // when last asked
}

func compile(e Exception) *exception {
	out := &exception{Exception: e, exact: map[string][]Subject{}}
	for _, s := range e.Subjects {
		if s.Name == "" || strings.Contains(s.Name, "*") {
			out.patterns = append(out.patterns, s)
		} else {
			out.exact[s.Name] = append(out.exact[s.Name], s)
		}
	}
	return out
}

func (e *exception) compare(name string) int { return cmp.Compare(e.Name, name) }

// String is namespace/name.
func (e *exception) String() string { return e.Namespace + "/" + e.Name }

func (e *exception) expired(now time.Time) bool { return !e.Expires.IsZero() && !now.Before(e.Expires) }

// actsOn tells whether one of the exceptions to go by in a report acts there: of
// the cluster's, those that name subjects.
func (e *exception) actsOn(report string) bool { return report != "" || len(e.Subjects) > 0 }

// matches tells whether an exception about the finding's check is about its
// subject. While the labels of a subject are not known, the exception that the
// report of an earlier run named selects it.
func (e *exception) matches(f *Finding, l labels) bool {
	kind := f.Subject.Kind.Short()
	fits := func(s Subject) bool {
		return (s.Kind == "" || s.Kind == kind) && (s.Name == "" || Match(s.Name, f.Subject.Name)) &&
			(s.Selects == nil || l.known && s.Selects(l.of) || !l.known && f.SuppressedBy == e.String())
	}
	return len(e.Subjects) == 0 ||
		slices.ContainsFunc(e.exact[f.Subject.Name], fits) || slices.ContainsFunc(e.patterns, fits)
}

// labels are those of a subject, as of the last evaluation that found something.
type labels struct {
	of    map[string]string
	known bool // one did
}
