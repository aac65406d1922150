package cli

import (
	"fmt"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// readFault is a way in which reading fails.
type readFault struct {
	name  string
	times int // that it happens to each request; 0: until it is lifted
	fault fault
	// state is that of a kind of which nothing can be read at once; empty if
	// it stays what it was until it is stale.
	state v1alpha1.Availability
	core  bool // state holds for kinds of Kubernetes itself alone
	lasts bool // one of each sort is tried until the kinds are stale
}

// readFaults are one axis of the matrix.
var readFaults = []readFault{
	{name: "401", fault: refuse(401, metav1.StatusReasonUnauthorized), state: v1alpha1.AvailabilityForbidden},
	{name: "403", fault: refuse(403, metav1.StatusReasonForbidden), state: v1alpha1.AvailabilityForbidden, lasts: true},
	{name: "404", fault: refuse(404, metav1.StatusReasonNotFound), state: v1alpha1.AvailabilitySourceUnavailable, core: true, lasts: true},
	{name: "409", fault: refuse(409, metav1.StatusReasonConflict)},
	{name: "410", fault: refuse(410, metav1.StatusReasonExpired), times: 3},
	{name: "429", fault: refuse(429, metav1.StatusReasonTooManyRequests, "Retry-After", "1")},
	{name: "500", fault: refuse(500, metav1.StatusReasonInternalError), lasts: true},
	{name: "503", fault: refuse(503, metav1.StatusReasonServiceUnavailable)},
	{name: "504", fault: refuse(504, metav1.StatusReasonTimeout)},
	{name: "no answer", fault: silent, lasts: true},
	{name: "answer without body", fault: halfOpen, lasts: true},
	{name: "hung up", fault: hangUp, lasts: true},
	{name: "body stalls midway", fault: after(200, silent), lasts: true},
	{name: "reset midway", fault: after(200, reset)},
	{name: "body ends midway", fault: truncate(200)},
	{name: "page of a proxy", fault: page, lasts: true},
}

// readVerbs are another. What leads to a verb is that the other ways are closed
// by the API server itself: one that cannot stream lists, one that has
// forgotten the resource version at which a watch is resumed.
var readVerbs = []struct {
	name string
	read func(c call) bool // suffers the fault
	lead func(c call) bool // suffers the answer
	tell fault
}{
	{verbWatch, verb(verbWatch), verb(verbStream), refuse(422, metav1.StatusReasonInvalid)},
	{verbStream, verb(verbStream), verb(verbWatch), refuse(410, metav1.StatusReasonExpired)},
	{verbList, call.reads, verb(), nil},
}

// verb tells of calls of these verbs.
func verb(verbs ...string) func(call) bool {
	return func(c call) bool { return slices.Contains(verbs, c.verb) }
}

// Each kind suffers each fault in each verb: in a round every kind another one,
// in the next round the next one. There are more kinds than faults, so that a
// quarter of the rounds has every fault, too, and every kind a few. The same for
// all kinds at once is the matter of TestWhatCannotBeReadForLongIsStale.
func TestNoFaultOfReadingChangesTheOutcome(t *testing.T) {
	p := perform(t)
	for v := range readVerbs {
		for round, f := range readFaults {
			if !everything() && round%4 != v {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s and next", readVerbs[v].name, f.name), func(t *testing.T) { p.readRound(t, v, round) })
		}
	}
	p.operator.stop()
}

// readRound turns the scene while reading fails, each kind in its way.
func (p *play) readRound(t *testing.T, verb, round int) {
	t.Helper()
	p.all(t)
	defer p.lift()
	rules, states := map[string]*rule{}, map[string]v1alpha1.Availability{}
	v := readVerbs[verb]
	for i, resource := range p.kinds {
		f := readFaults[(round+i)%len(readFaults)]
		p.spoil(0, v.tell, func(c call) bool { return c.resource == resource && v.lead(c) })
		rules[resource] = p.spoil(f.times, f.fault, func(c call) bool { return c.resource == resource && v.read(c) })
		if row := kindOf(t, resource); v.name == verbList && f.state != "" && (!f.core || !row.Custom) {
			states[string(row.Kind)] = f.state
		}
	}
	p.drop(func(c call) bool { return slices.Contains(p.kinds, c.resource) })
	p.met(t, rules)
	p.turn(t)
	for kind, state := range states {
		p.waitForState(t, kind, state)
	}
	p.seen.kept(t, p.shopSeen(t))
	p.lift()
	p.settled(t)
}
