package cli

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// meddler stands between one operator and the API server, see
// [recorder.through], and spoils what passes as its rules say.
type meddler struct {
	mu    sync.Mutex
	rules []*rule
	open  map[*exchange]struct{} // watches
}

func newMeddler() *meddler { return &meddler{open: map[*exchange]struct{}{}} }

// call is what a request wants.
type call struct{ verb, resource, path string }

// Verbs of calls. A stream is a list that comes through a watch.
const (
	verbList, verbStream, verbWatch             = "list", "stream", "watch"
	verbGet, verbCreate, verbUpdate, verbDelete = "get", "create", "update", "delete"
)

func callOf(q *http.Request) call {
	query := q.URL.Query()
	c := call{resource: resourceOf(q.URL.Path), path: q.URL.Path + query.Get("fieldSelector") + query.Get("labelSelector")}
	_, plural, _ := strings.Cut(c.resource, "/")
	switch {
	case q.Method == http.MethodPost:
		c.verb = verbCreate
	case q.Method == http.MethodPut:
		c.verb = verbUpdate
	case q.Method == http.MethodDelete:
		c.verb = verbDelete
	case query.Get("sendInitialEvents") == "true":
		c.verb = verbStream
	case query.Has("watch"):
		c.verb = verbWatch
	case strings.HasSuffix(q.URL.Path, "/"+plural):
		c.verb = verbList
	default:
		c.verb = verbGet
	}
	return c
}

func (c call) streams() bool { return c.verb == verbStream || c.verb == verbWatch }

func (c call) reads() bool { return c.streams() || c.verb == verbList }

// rule is a fault that some calls suffer until it is lifted.
type rule struct {
	on     func(call) bool
	fault  fault
	times  int // how many calls of each verb and path suffer it; 0: all
	lifted chan struct{}
	free   func()       // what the rule holds back
	met    map[call]int // guarded by the meddler's mutex
}

// spoil makes a rule, which goes before earlier ones.
func (m *meddler) spoil(times int, f fault, on func(call) bool) *rule {
	r := &rule{on: on, fault: f, times: times, lifted: make(chan struct{}), met: map[call]int{}}
	r.free = sync.OnceFunc(func() { close(r.lifted) })
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rules = append(m.rules, r)
	return r
}

// lift ends all rules, and what they hold back.
func (m *meddler) lift() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rules {
		r.free()
	}
	m.rules = nil
}

// hits counts the calls that suffered the rule.
func (m *meddler) hits(r *rule) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, times := range r.met {
		n += times
	}
	return n
}

// asked are the resources of the calls that suffered the rule.
func (m *meddler) asked(r *rule) (list []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for c := range r.met {
		list = append(list, c.resource)
	}
	return list
}

// drop breaks the connections of open watches.
func (m *meddler) drop(on func(call) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for x := range m.open {
		if on(x.call) {
			x.cancel()
		}
	}
}

// watched are the resources that are watched now, sorted.
func (m *meddler) watched() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for x := range m.open {
		list = append(list, x.resource)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// layer is for [recorder.through].
func (m *meddler) layer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		ctx, cancel := context.WithCancel(q.Context())
		defer cancel()
		x := &exchange{call: callOf(q), client: w, request: q.WithContext(ctx), cancel: cancel, server: next}
		r := m.enter(x)
		defer m.leave(x)
		if r == nil {
			x.pass(w)
			return
		}
		x.lifted = r.lifted
		r.fault(x)
	})
}

// enter gives the rule that a call suffers, nil if none.
func (m *meddler) enter(x *exchange) *rule {
	m.mu.Lock()
	defer m.mu.Unlock()
	if x.streams() {
		m.open[x] = struct{}{}
	}
	for _, r := range slices.Backward(m.rules) {
		if r.on(x.call) && (r.times == 0 || r.met[x.call] < r.times) {
			r.met[x.call]++
			return r
		}
	}
	return nil
}

func (m *meddler) leave(x *exchange) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.open, x)
}
