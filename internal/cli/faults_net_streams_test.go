package cli

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// streamFaults are what the events of watches suffer, in protobuf and in JSON.
var streamFaults = []struct {
	name  string
	times int // watches of each kind that suffer it; 0: all until it is lifted
	verbs []string
	each  func(x *exchange, f frame)
}{
	{"every event comes twice", 0, []string{verbWatch, verbStream}, func(x *exchange, f frame) {
		x.send(f.raw)
		x.send(f.raw)
	}},
	{"events come byte by byte", 0, []string{verbWatch, verbStream}, func(x *exchange, f frame) {
		for i := range f.raw {
			x.send(f.raw[i : i+1])
		}
	}},
	{"no bookmarks but the one that a list needs", 0, []string{verbWatch, verbStream}, func(x *exchange, f frame) {
		if !f.bookmark() || f.last() {
			x.send(f.raw)
		}
	}},
	{"an event is lost with its connection", 2, []string{verbWatch}, func(x *exchange, _ frame) { x.cancel() }},
	{"an event is too old", 2, []string{verbWatch}, func(x *exchange, f frame) {
		x.send(f.expired())
		x.cancel()
	}},
	{"a frame is garbage", 2, []string{verbWatch}, func(x *exchange, f frame) {
		garbage := []byte("\x00\xff{garbage]\n")
		if !f.info.EncodesAsText {
			garbage = append(binary.BigEndian.AppendUint32(nil, uint32(len(garbage))), garbage...)
		}
		x.send(garbage)
		x.send(f.raw)
	}},
	{"a frame claims to be huge", 1, []string{verbWatch}, func(x *exchange, f frame) {
		x.send(bytes.Repeat([]byte{0x7f}, 16))
		x.send(f.raw)
	}},
	{"a frame is cut short", 2, []string{verbWatch}, func(x *exchange, f frame) {
		x.send(f.raw[:len(f.raw)/2])
		x.cancel()
	}},
	{"an event is of no known type", 2, []string{verbWatch}, func(x *exchange, f frame) {
		e := f.event()
		e.Type = "RENAMED"
		x.send(f.saying(e))
		x.send(f.raw)
	}},
	{"a list breaks off midway", 2, []string{verbStream}, func(x *exchange, f frame) {
		x.send(f.raw)
		x.cancel()
	}},
	{"a list does not end", 1, []string{verbStream}, func(x *exchange, f frame) {
		if !f.last() {
			x.send(f.raw)
			return
		}
		x.wait()
		x.cancel()
	}},
}

// The events of a kind come in order; all else may happen to them.
func TestNoFaultOfWatchesChangesTheOutcome(t *testing.T) {
	p := perform(t)
	for _, f := range streamFaults {
		t.Run(f.name, func(t *testing.T) {
			p.all(t)
			defer p.lift()
			rules := map[string]*rule{}
			for _, resource := range p.kinds {
				of := func(c call) bool { return c.resource == resource }
				if !slices.Contains(f.verbs, verbStream) { // else a young watch would go on as one
					p.spoil(0, refuse(422, metav1.StatusReasonInvalid), func(c call) bool { return of(c) && c.verb == verbStream })
				} else if !slices.Contains(f.verbs, verbWatch) {
					p.spoil(0, refuse(410, metav1.StatusReasonExpired), func(c call) bool { return of(c) && c.verb == verbWatch })
				}
				rules[resource] = p.spoil(f.times, framewise(f.each), func(c call) bool { return of(c) && slices.Contains(f.verbs, c.verb) })
			}
			p.drop(func(c call) bool { return slices.Contains(p.kinds, c.resource) })
			p.met(t, rules)
			p.turn(t)
			if f.times == 1 {
				p.lift()
				p.drop(func(c call) bool { return slices.Contains(p.kinds, c.resource) }) // as the API server does in the end
			}
			p.settled(t)
		})
	}
	for _, late := range []string{"/services", "/namespaces", "/pods", "networking.istio.io/virtualservices", "security.istio.io/peerauthentications"} {
		t.Run("events come after all others: "+late, func(t *testing.T) { p.delay(t, late) })
	}
	p.operator.stop()
}

// delay holds the events of a kind back until those of all others have come.
func (p *play) delay(t *testing.T, resource string) {
	t.Helper()
	p.all(t)
	defer p.lift()
	r := p.spoil(0, framewise(func(x *exchange, f frame) {
		x.wait()
		x.send(f.raw)
	}), func(c call) bool { return c.resource == resource && c.verb == verbWatch })
	p.spoil(0, refuse(422, metav1.StatusReasonInvalid), func(c call) bool { return c.resource == resource && c.verb == verbStream })
	p.drop(func(c call) bool { return c.resource == resource })
	p.met(t, map[string]*rule{resource: r})
	p.turn(t)
	p.operator.settle(t)
	p.seen.kept(t, p.shopSeen(t))
	p.lift()
	p.settled(t)
}
