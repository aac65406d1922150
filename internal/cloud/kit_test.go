package cloud

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/utils/clock"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// swift is a clock on which nobody waits: a timer is over when it begins.
type swift struct{ *clocktesting.FakeClock }

func newSwift() swift { return swift{clocktesting.NewFakeClock(start)} }

// NewTimer implements [clock.Clock].
func (c swift) NewTimer(d time.Duration) clock.Timer {
	t := c.FakeClock.NewTimer(d)
	c.Step(d)
	return t
}

// scene is a server, a world that reads it, and the store that it fills.
type scene struct {
	*testing.T
	aws   *awstest.Server
	clock swift
	world *world
	store *inventory.Store
}

// play sets a scene of one mesh, which has a node, a router with a route, a
// service, and a gateway with a route.
func play(t *testing.T, c Config) *scene {
	t.Helper()
	s := &scene{T: t, aws: awstest.New(t), clock: newSwift(), store: inventory.New(kinds.Schema())}
	for _, r := range small("shop") {
		s.aws.Put(r)
	}
	s.world = s.newWorld(c)
	t.Cleanup(s.world.close)
	return s
}

func (s *scene) newWorld(c Config) *world {
	p := New(Options{Inbox: inventory.NewInbox(), Clock: s.clock, Log: logr.Discard(), SDK: s.aws.SDK()})
	w := p.newWorld(c)
	w.enter()
	return w
}

// round lets the world ask everything, at the time when it is due.
func (s *scene) round() {
	s.Helper()
	if wait := s.world.rounds.due.Sub(s.clock.Now()); wait > 0 {
		s.clock.Step(wait)
	}
	s.world.round(s.Context())
	s.apply(s.world.Inbox.Take())
}

// apply does with a batch what the engine does.
func (s *scene) apply(b inventory.Batch) {
	for _, k := range b.Drops {
		for _, r := range s.store.Refs(k) {
			s.store.Apply(&inventory.Object{Ref: r})
		}
	}
	for _, c := range b.States {
		s.store.SetState(c.Kind, c.Scope, c.State)
	}
	for _, o := range b.Objects {
		s.store.Apply(o)
	}
}

func small(mesh string) []awstest.Resource {
	return []awstest.Resource{
		{Type: "mesh", Mesh: mesh},
		{Type: "virtualNode", Mesh: mesh, Name: "cart_shop"},
		{Type: "virtualRouter", Mesh: mesh, Name: "cart"},
		{Type: "route", Mesh: mesh, Parent: "cart", Name: "all"},
		{Type: "virtualService", Mesh: mesh, Name: "cart.shop"},
		{Type: "virtualGateway", Mesh: mesh, Name: "edge"},
		{Type: "gatewayRoute", Mesh: mesh, Parent: "edge", Name: "in"},
	}
}

func key(mesh string) string { return kinds.AWSMeshKey(mesh, awstest.Account) }

var nodeARN = awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: "cart_shop"}.ARN()

// resources are the ARNs that the store holds, without what all have in common.
func (s *scene) resources() []string {
	var out []string
	for r := range kinds.AWSResources.All(s.store) {
		_, short, _ := strings.Cut(r.ARN, ":mesh/")
		out = append(out, short)
	}
	slices.Sort(out)
	return out
}

func (s *scene) node() *kinds.AWSResource {
	return kinds.AWSResources.Get(s.store, key("shop"), nodeARN)
}

func (s *scene) sweep(key string) *kinds.AWSSweep { return kinds.AWSSweeps.Get(s.store, key, key) }

// state tells how the resources and the sweeps of the mesh shop can be read.
func (s *scene) state() string {
	return fmt.Sprintf("%s %s", s.store.State(kinds.AWSResources.Name, key("shop")),
		s.store.State(kinds.AWSSweeps.Name, key("shop")))
}

func (s *scene) class(source string) Class {
	for _, st := range s.world.Sources() {
		if st.Name == source {
			return st.Class
		}
	}
	return ""
}

// expect compares what is with what should be.
func expect[T any](tb testing.TB, what string, got, want T) {
	tb.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		tb.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}
