package cloud

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/go-logr/logr"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// player is a poller that runs, on a clock that the test moves.
type player struct {
	*scene
	poller *Poller
	steps  *clocktesting.FakeClock
}

func run(t *testing.T, c Config) *player {
	t.Helper()
	s := play(t, c)
	clock := clocktesting.NewFakeClock(start)
	p := New(Options{Inbox: inventory.NewInbox(), Clock: clock, Log: logr.Discard(), SDK: s.aws.SDK()})
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.Start(ctx) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	p.Configure(c)
	return &player{s, p, clock}
}

// until moves the clock, a second at a time, while the poller waits, until what
// it read gives no error.
func (p *player) until(cond func() error) {
	p.Helper()
	envtesting.WaitFor(p, func() error {
		if p.steps.HasWaiters() {
			p.steps.Step(time.Second)
		}
		p.apply(p.poller.Inbox.Take())
		return cond()
	})
}

// be waits for the states of the mesh shop.
func (p *player) be(state string) {
	p.Helper()
	p.until(func() error {
		if s := p.state(); s != state {
			return fmt.Errorf("the state is %s, not %s", s, state)
		}
		return nil
	})
}

// Auto reads AWS while an App Mesh object exists, and forgets what it read when
// the last one goes.
func TestAutoNeedsAnObject(t *testing.T) {
	p := run(t, Config{Interval: 10 * time.Second})
	p.steps.Step(10 * time.Minute)
	expect(t, "calls", len(p.aws.Calls()), 0)
	p.poller.Present(true)
	p.be("Listed Listed")
	p.poller.Present(false)
	p.be("Off Off")
	expect(t, "resources", len(p.resources()), 0)
	expect(t, "class", p.poller.Sources()[0], Status{Name: SourceAppMesh, Class: ClassOff})
	p.poller.Present(true)
	p.be("Listed Listed")
}

// Required needs no object; Off ends whatever there is.
func TestModes(t *testing.T) {
	p := run(t, Config{Mode: Required, Interval: 10 * time.Second})
	p.be("Listed Listed")
	p.poller.Configure(Config{Mode: Off})
	p.be("Off Off")
	expect(t, "resources", len(p.resources()), 0)
	p.poller.Configure(Config{Mode: Required, Interval: 10 * time.Second, Meshes: []string{"bank"}})
	p.until(func() error {
		if slices.Contains(p.aws.Calls(), "appmesh:ListMeshes") {
			return nil
		}
		return fmt.Errorf("not asked")
	})
	p.be("Off Off") // not among those to read
}

// A change of the configuration ends a round that nobody wants any longer, be
// it in the midst of a request.
func TestConfigurationEndsARound(t *testing.T) {
	p := run(t, Config{Mode: Required})
	asked := make(chan struct{}, 1)
	p.aws.Fail(func(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc) {
		select {
		case asked <- struct{}{}:
		default:
		}
		awstest.Silent(w, r, serve)
	}, "appmesh:ListVirtualNodes")
	p.until(func() error {
		select {
		case <-asked:
			return nil
		default:
			return fmt.Errorf("not asked")
		}
	})
	p.poller.Configure(Config{Mode: Off})
	p.be("Off Off")
	expect(t, "resources", len(p.resources()), 0)
}

// A default installation without credentials makes no call in ten minutes, be
// there App Mesh objects or not, and what it did not read is off.
func TestNoCredentialsTenMinutes(t *testing.T) {
	imds := barren(t)
	s := play(t, Config{})
	t.Setenv("AWS_ENDPOINT_URL", s.aws.URL)
	w := New(Options{
		Inbox: inventory.NewInbox(), Clock: s.clock, Log: logr.Discard(), SDK: []func(*config.LoadOptions) error{awstest.Hasty},
	}).newWorld(Config{})
	w.enter()
	s.world = w
	for s.clock.Since(start) < 10*time.Minute {
		s.round()
		expect(t, "state", s.state(), "Off Off")
	}
	for _, k := range []inventory.Kind{kinds.AWSCertificates.Name, kinds.AWSIdentities.Name, kinds.AWSMeshesDenied.Name} {
		expect(t, string(k), s.store.State(k, ""), inventory.Off)
	}
	expect(t, "calls", len(s.aws.Calls())+int(imds.Load()), 0)
}

// The pause is the interval, or twice the last round; after failures it doubles
// from minutes to hours. Chance adds a little and takes nothing.
func TestSchedule(t *testing.T) {
	between := func(what string, s schedule, from, to time.Duration) {
		t.Helper()
		if got := s.due.Sub(start); got < from || got > to {
			t.Errorf("%s: due after %s, not after %s to %s", what, got, from, to)
		}
	}
	var s schedule
	s.succeeded(start, start.Add(time.Minute), 5*time.Minute)
	between("a short round", s, 5*time.Minute, 330*time.Second)
	s.succeeded(start, start.Add(30*time.Minute), 5*time.Minute)
	between("a long round", s, time.Hour, 66*time.Minute)
	for _, minutes := range []int{5, 10, 20, 40, 80, 160, 240, 240} {
		s.fails(start, 5*time.Minute)
		wait := time.Duration(minutes) * time.Minute
		between("after failures", s, wait, wait+wait/5)
	}
	s.succeeded(start, start, 5*time.Minute)
	between("after success", s, 5*time.Minute, 330*time.Second)
	s.fails(start, 12*time.Hour)
	s.fails(start, 12*time.Hour)
	between("a long interval", s, 12*time.Hour, 15*time.Hour)
}
