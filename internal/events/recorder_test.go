package events_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	testclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/events"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/metrics"
	"github.com/meshaudit/meshaudit/internal/report"
)

func TestMain(m *testing.M) { os.Exit(envtesting.Run(m)) }

var schema = inventory.NewSchema(
	inventory.NewKind(&inventory.KindInfo{Kind: "ClusterRole.rbac.authorization.k8s.io", Version: "v1"}),
	inventory.NewKind(&inventory.KindInfo{Kind: route, Version: "v1", Namespaced: true}),
)

// story is a recorder at a real API server.
type story struct {
	*events.Recorder

	env   *envtesting.Env
	clock *testclock.FakePassiveClock
	mu    sync.Mutex
	by    map[string]int
	said  []string // the log
}

// Event implements events.Observer.
func (s *story) Event(result string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by[result]++
}

func (s *story) say(_, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, line)
}

func (s *story) results() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprint(s.by)
}

// begin makes a recorder that does not run, with the rights of the config; the
// layer may change what it does.
func begin(t *testing.T, env *envtesting.Env, config *rest.Config, layer interceptor.Funcs) *story {
	t.Helper()
	s := &story{env: env, clock: testclock.NewFakePassiveClock(time.Unix(1_800_000_000, 0)), by: map[string]int{}}
	api, err := client.NewWithWatch(config, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Recorder = events.New(events.Options{
		Client: interceptor.NewClient(api, layer), Schema: schema, Observer: s, Clock: s.clock,
		Log: funcr.New(s.say, funcr.Options{}),
	})
	return s
}

// breaks tells of findings that came.
func (s *story) breaks(list ...findings.Finding) {
	now := &findings.View{Findings: list}
	s.Changed(report.Nothing().Changes(now), now)
}

// finish runs the recorder until nothing is left.
func (s *story) finish(t *testing.T) {
	t.Helper()
	last := make(chan struct{})
	close(last)
	s.Run(t.Context(), last)
}

func (s *story) want(t *testing.T, results string) {
	t.Helper()
	if got := s.results(); got != results {
		t.Errorf("results %s, want %s; log: %s", got, results, s.said)
	}
}

func (s *story) list(t *testing.T, namespace string) []corev1.Event {
	t.Helper()
	l := &corev1.EventList{}
	if err := s.env.Client.List(t.Context(), l, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	return l.Items
}

func TestAnEventStandsWhereItsObjectIs(t *testing.T) {
	env := envtesting.Start(t)
	s := begin(t, env, env.Config, interceptor.Funcs{})
	shop := env.Namespace(t)
	f := wrong("cart", "no host", analysis.High)
	f.Subject.Namespace = shop
	role := wrong("system:aggregate", "lets all in", analysis.Critical)
	role.Subject = inventory.Ref{Kind: "ClusterRole.rbac.authorization.k8s.io", Name: "system:aggregate"}
	rollout := wrong(strings.Repeat("n", 253), "odd owner", analysis.High)
	rollout.Subject.Kind, rollout.Subject.Namespace, rollout.SubjectUID = "Rollout.argoproj.io", shop, ""
	s.breaks(f, role, rollout)
	s.finish(t)
	s.want(t, "map[written:3]")
	for _, e := range append(s.list(t, shop), s.list(t, "default")...) {
		o := e.InvolvedObject
		got := strings.Join([]string{
			e.Type, e.Reason, e.Message, e.Source.Component, o.APIVersion, o.Kind, o.Namespace, o.Name[:4], string(o.UID),
		}, "|")
		switch got {
		case "Warning|MeshAuditFinding|routing/test: no host|meshaudit|networking.istio.io/v1|VirtualService|" + shop + "|cart|uid of cart":
		case "Warning|MeshAuditFinding|routing/test: lets all in|meshaudit|rbac.authorization.k8s.io/v1|ClusterRole||syst|uid of system:aggregate":
		case "Warning|MeshAuditFinding|routing/test: odd owner|meshaudit|argoproj.io/unknown|Rollout|" + shop + "|nnnn|":
		default:
			t.Errorf("unexpected: %s", got)
		}
		if !e.FirstTimestamp.Time.Equal(s.clock.Now()) || !e.LastTimestamp.Equal(&e.FirstTimestamp) || e.Count != 1 {
			t.Errorf("times %s, %s; count %d", e.FirstTimestamp, e.LastTimestamp, e.Count)
		}
	}
}

// What one edit of the MeshConfig breaks is more than anybody reads in Events.
func TestAFloodIsDroppedAndCounted(t *testing.T) {
	env := envtesting.Start(t)
	s := begin(t, env, env.Config, interceptor.Funcs{})
	shop := env.Namespace(t)
	for i := range 2000 {
		f := wrong(fmt.Sprintf("route-%d", i), "no host", analysis.High)
		f.Subject.Namespace = shop
		s.breaks(f)
		s.clock.SetTime(s.clock.Now().Add(time.Microsecond)) // names differ by time
	}
	s.finish(t)
	s.want(t, "map[dropped:1975 written:25]")
	s.clock.SetTime(s.clock.Now().Add(2 * time.Second))
	for range 3 {
		f := wrong("late", "no host", analysis.High)
		f.Subject.Namespace = shop
		s.breaks(f)
		s.clock.SetTime(s.clock.Now().Add(time.Microsecond))
	}
	s.finish(t)
	s.want(t, "map[dropped:1976 written:27]")
}

// An API server that hangs holds up nobody but the worker, and the queue is
// short.
func TestAHangingAPIServerHoldsUpNobody(t *testing.T) {
	env := envtesting.Start(t)
	hangs := make(chan struct{})
	var once sync.Once
	s := begin(t, env, env.Config, interceptor.Funcs{
		Create: func(ctx context.Context, _ client.WithWatch, _ client.Object, _ ...client.CreateOption) error {
			once.Do(func() { close(hangs) })
			<-ctx.Done()
			return ctx.Err()
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { s.Run(ctx, nil) })
	s.breaks(wrong("cart", "no host", analysis.High))
	<-hangs
	for range 200 {
		s.breaks(wrong("cart", "no host", analysis.High))
		s.clock.SetTime(s.clock.Now().Add(time.Second))
	}
	cancel()
	group.Wait()
	if dropped := s.by[metrics.Dropped]; dropped != 200-2*events.Burst {
		t.Errorf("%d dropped", dropped)
	}
	if len(s.said) > 0 {
		t.Errorf("the end is no error: %s", s.said)
	}
}

func TestAMissingRightIsCountedAndToldAFewTimes(t *testing.T) {
	env := envtesting.Start(t)
	s := begin(t, env, env.AddUser(t, "no-events"), interceptor.Funcs{})
	for range 20 {
		s.breaks(wrong("cart", "no host", analysis.High))
	}
	s.finish(t)
	s.want(t, "map[failed:20]")
	if len(s.said) != 3 {
		t.Errorf("the log says %s", s.said)
	}
}

func TestSwitchedOffItTellsNothing(t *testing.T) {
	env := envtesting.Start(t)
	s := begin(t, env, env.Config, interceptor.Funcs{
		Create: func(context.Context, client.WithWatch, client.Object, ...client.CreateOption) error {
			return errors.New("an Event was written")
		},
	})
	s.SetEnabled(false)
	s.breaks(wrong("cart", "no host", analysis.High))
	s.finish(t)
	s.want(t, "map[]")
	s.SetEnabled(true)
	s.breaks(wrong("cart", "no host", analysis.High))
	s.finish(t)
	s.want(t, "map[failed:1]")
}
