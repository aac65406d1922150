package cli

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

const policies = "meshaudit.io/meshauditpolicies"

// tape remembers lists, and tells them later as if no time had passed: an API
// server that lags behind the others, or a cache in the way.
type tape struct {
	mu    sync.Mutex
	lists map[call]*httptest.ResponseRecorder
}

func (r *tape) record(x *exchange) {
	answer := httptest.NewRecorder()
	x.pass(answer)
	r.mu.Lock()
	r.lists[x.call] = answer
	r.mu.Unlock()
	tell(x, answer)
}

func (r *tape) replay(x *exchange) {
	r.mu.Lock()
	answer := r.lists[x.call]
	r.mu.Unlock()
	if answer == nil {
		panic(http.ErrAbortHandler)
	}
	tell(x, answer)
}

func tell(x *exchange, answer *httptest.ResponseRecorder) {
	maps.Copy(x.client.Header(), answer.Header())
	x.client.WriteHeader(answer.Code)
	_, _ = x.client.Write(answer.Body.Bytes())
}

// past are the calls by which an operator learns what there is: the kinds and
// the policy. Its own reports it reads as they are.
func (p *play) past(c call) bool {
	return slices.Contains(p.kinds, c.resource) || c.resource == policies
}

// relive makes the operator ask for lists, which f answers, once, or for as long
// as the rule stands; so long the operator is told of nothing else.
func (p *play) relive(times int, f fault) (lists *rule) {
	if times == 0 {
		p.spoil(0, silent, func(c call) bool { return p.past(c) && c.verb == verbWatch })
	}
	p.spoil(1, refuse(410, metav1.StatusReasonExpired), func(c call) bool { return p.past(c) && c.verb == verbWatch })
	p.spoil(0, refuse(422, metav1.StatusReasonInvalid), func(c call) bool { return p.past(c) && c.verb == verbStream })
	lists = p.spoil(times, f, func(c call) bool { return p.past(c) && c.verb == verbList })
	p.drop(p.past)
	return lists
}

// waitForLists waits until every kind and the policy were listed.
func (p *play) waitForLists(t *testing.T, lists *rule) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		if missing := without(append([]string{policies}, p.kinds...), p.asked(lists)); len(missing) > 0 {
			return fmt.Errorf("not listed: %v", missing)
		}
		return nil
	})
}

// Whoever is told of the past says what was true then, whole, and what is true
// now once told of it.
func TestAnOldListIsBelievedNoLongerThanItIsTold(t *testing.T) {
	p := perform(t)
	r := &tape{lists: map[call]*httptest.ResponseRecorder{}}
	p.waitForLists(t, p.relive(0, r.record))
	p.lift()
	then := p.scene
	p.turn(t)
	p.settled(t)

	p.relive(0, r.replay)
	envtesting.WaitFor(t, func() error { return p.differs(t, then) })
	p.seen.kept(t, p.shopSeen(t))
	p.lift()
	p.settled(t)

	p.waitForLists(t, p.relive(1, r.replay)) // from there, the watch tells what came after
	p.all(t, policies)
	p.operator.settle(t)
	p.settled(t)
	p.lift()
	p.operator.stop()
}

// An operator that begins in the past does not undo what another one did since:
// it deletes no report of a namespace that is new to it, and none comes back in
// one that is gone.
func TestAnOperatorThatBeginsInThePastUndoesNothing(t *testing.T) {
	p := perform(t)
	gone := p.guest(t, "gone")
	r := &tape{lists: map[call]*httptest.ResponseRecorder{}}
	p.waitForLists(t, p.relive(0, r.record))
	p.lift()

	young := p.guest(t, "young")
	was := p.waitForFindings(t, young, "routing/unknownhost cart").Status.Findings[0]
	p.remove(t, "networking.istio.io/v1", "VirtualService", gone, "cart")
	p.endNamespace(t, gone)
	p.turn(t)
	p.settled(t)
	p.operator.stop()

	p.relive(0, r.replay)
	p.operator = p.open(t)
	p.waitForRefusal(t, gone)
	if deleted := p.operator.which(func(q request) bool { return q.method == http.MethodDelete }); len(deleted) > 0 {
		t.Errorf("by what it knew of the past, the operator made %v", deleted)
	}
	p.lift()
	p.settled(t)
	if is := p.waitForFindings(t, young, "routing/unknownhost cart").Status.Findings[0]; !is.FirstSeen.Equal(&was.FirstSeen) {
		t.Errorf("what was first seen at %s now is at %s", was.FirstSeen, is.FirstSeen)
	}
	p.operator.stop()
}

// waitForRefusal waits until the operator tried to make a report in a namespace
// that is gone.
func (p *play) waitForRefusal(t *testing.T, namespace string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		if len(p.operator.which(func(q request) bool {
			return q.method == http.MethodPost && q.code == http.StatusNotFound && strings.Contains(q.path, "/"+namespace+"/")
		})) == 0 {
			return errors.New("nothing was tried")
		}
		return nil
	})
}

// guest makes a namespace that is there in no scene, and waits for its report.
func (p *play) guest(t *testing.T, name string) string {
	t.Helper()
	name = p.marker + "-" + name
	p.guests++
	if err := p.Client.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
		t.Fatal(err)
	}
	p.applyText(t, name, route("cart", "cart", "kart"))
	p.waitForFindings(t, name, "routing/unknownhost cart")
	return name
}
