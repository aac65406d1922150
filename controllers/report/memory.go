package report

import (
	"maps"
	"slices"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/report"
)

// holding is what the API server holds of one report. It is immutable.
type holding struct {
	uid       types.UID
	version   string // resource version
	digest    report.Digest
	times     v1alpha1.ReportStatus // of which only times and conditions are kept
	heartbeat metav1.Time
	truncated int
	// stamps are the times of what has no time of its own.
	stamps map[string]metav1.Timestamp
	// stranger: it is somebody else's, and left alone.
	stranger bool
	// pruned: the CRD lacked a field of what was written here. It is written
	// again, once, when the CRD may be another.
	pruned, again bool
	// foreign is the digest with times of a status that somebody else may have
	// written; nil of one that was written here, or found at the start.
	foreign *report.Digest
}

// sighting is what the watch showed of a report.
type sighting struct {
	uid     types.UID
	version string
	deleted bool
}

// memory remembers what the API server holds, so that it need not be asked.
type memory struct {
	mu    sync.Mutex
	held  map[string]*holding
	seen  map[string]sighting // that what is held does not explain
	doubt map[string]bool
}

func newMemory() *memory {
	return &memory{held: map[string]*holding{}, seen: map[string]sighting{}, doubt: map[string]bool{}}
}

// hold books what the API server answered; nil if there is no such report.
func (m *memory) hold(name string, h *holding) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.doubt, name)
	m.put(name, h)
	if s, ok := m.seen[name]; ok && s.explainedBy(h) {
		delete(m.seen, name)
	}
}

// relist books that the watch showed a report as it was, as after a change of
// its CRD, and tells whether to write it again for that.
func (m *memory) relist(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	h := m.held[name]
	if h == nil || !h.pruned {
		return false
	}
	repeated := *h
	repeated.again = true
	m.held[name] = &repeated
	return true
}

func (m *memory) put(name string, h *holding) {
	if h == nil {
		delete(m.held, name)
		return
	}
	m.held[name] = h
}

// distrust books that the API server holds something else than is known.
func (m *memory) distrust(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.doubt[name] = true
}

// sight books what the watch showed, and tells whether that is news.
func (m *memory) sight(name string, s sighting) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.explainedBy(m.held[name]) {
		delete(m.seen, name) // the watch is in order: what it showed before is past
		return false
	}
	m.seen[name] = s
	return true
}

// recall gives what the API server holds, nil if nothing, and whether that can
// be trusted.
func (m *memory) recall(name string) (h *holding, trusted bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h = m.held[name]
	s, ok := m.seen[name]
	switch {
	case !ok:
	case s.explainedBy(h):
		delete(m.seen, name)
	case s.deleted && s.uid == h.uid:
		delete(m.seen, name)
		delete(m.held, name)
		h = nil
	default:
		return h, false
	}
	return h, !m.doubt[name]
}

// has tells whether there is such a report, as far as is known.
func (m *memory) has(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held[name] != nil
}

func (m *memory) names() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Keys(m.held))
}

func (m *memory) truncated() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, h := range m.held {
		n += h.truncated
	}
	return n
}

// explainedBy tells whether the sighting is no news to whoever knows what is
// held: the watch may lag behind our own writes.
func (s sighting) explainedBy(h *holding) bool {
	switch {
	case h == nil:
		return s.deleted
	case s.uid == h.uid && s.deleted:
		return false
	case s.uid != h.uid && s.deleted:
		return true
	}
	order, err := resourceversion.CompareResourceVersion(s.version, h.version)
	return err == nil && order <= 0 || s.version == h.version
}
