package findings

import "time"

// moment is how much later than one replica another may hear of a change.
const moment = time.Minute

// Recall takes over what somebody else published in a report. Of two first-seen
// times that are a moment apart, the earlier one holds: two replicas that both
// believe to lead come to agree, instead of correcting each other for ever.
// Times further off are no replica's, and nothing is taken from them.
func (l *Ledger) Recall(name string, published []Finding) {
	l.mu.Lock()
	defer l.mu.Unlock()
	report, ok := l.reports[name]
	if !ok {
		return
	}
	for i := range published {
		if e := report.entries[published[i].Subject]; e != nil {
			e.recall(&published[i])
		}
	}
	report.view = nil
}

func (e *entry) recall(f *Finding) {
	known, ok := e.seen[f.ID]
	if !ok || !f.FirstSeen.Before(known) || known.Sub(f.FirstSeen) > moment {
		return
	}
	e.seen[f.ID] = f.FirstSeen
	for i := range e.stale {
		if e.stale[i].ID == f.ID {
			e.stale[i].FirstSeen = f.FirstSeen
		}
	}
}
