package findings

import "time"

// past is what an earlier run of the program had published in a report. The
// first lists may be older than that, and the kinds catch up one by one: what
// is found a moment later is not new.
type past struct {
	seen map[string]time.Time // by finding ID
	ends time.Time            // zero while the report's namespace is unknown
}

func newPast(published []Finding) *past {
	p := &past{seen: make(map[string]time.Time, len(published))}
	for i := range published {
		p.seen[published[i].ID] = published[i].FirstSeen
	}
	return p
}

// Forget tells that there is no such report any longer, so that nothing stands
// in it since an earlier run.
func (l *Ledger) Forget(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.past, name)
}

// since is when a finding was first seen.
func (l *Ledger) since(place, id string, old *entry) time.Time {
	if t, ok := old.seen[id]; ok {
		return t
	}
	if p, ok := l.past[place]; ok {
		if t, ok := p.seen[id]; ok {
			return t
		}
	}
	return l.Now().UTC().Truncate(time.Second)
}

// fade ends the past of each report a moment after everything was evaluated
// once, its namespace being known. Until that is, the list of namespaces is
// older than the report.
func (l *Ledger) fade() {
	for name, p := range l.past {
		if l.limit(name); !p.ends.IsZero() && l.Now().After(p.ends) {
			delete(l.past, name)
		}
	}
}

// limit sets when the past of a report ends, if that can be told.
func (l *Ledger) limit(name string) {
	_, known := l.namespaces[name]
	if p, ok := l.past[name]; ok && p.ends.IsZero() && l.settled && (known || name == "") {
		p.ends = l.Now().Add(moment)
	}
}
