package findings

// Reports counts what is remembered by report.
func (l *Ledger) Reports() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.reports)
}
