package ingest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

var (
	_ manager.Runnable               = (*Ingest)(nil)
	_ manager.LeaderElectionRunnable = (*Ingest)(nil)
)

func TestMain(m *testing.M) { os.Exit(envtesting.Run(m)) }

const (
	sidecarCRD = "sidecars.networking.istio.io"
	sidecar    = inventory.Kind("Sidecar.networking.istio.io")
	namespace  = inventory.Kind("Namespace")
	secret     = inventory.Kind("Secret")
	service    = inventory.Kind("Service")
	configMap  = inventory.Kind("ConfigMap")
	crd        = inventory.Kind("CustomResourceDefinition.apiextensions.k8s.io")
)

// world is an inventory that a running Ingest fills.
type world struct {
	t      *testing.T
	ingest *Ingest
	inbox  *inventory.Inbox
	store  *inventory.Store
	lines  *lines
	stop   func()
	// history is every state that a kind was in, in order, but NotSynced: an
	// inbox that is not looked at in between holds the state that followed.
	history map[inventory.Kind][]inventory.State
	dropped map[inventory.Kind]int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{
		t: t, inbox: inventory.NewInbox(), store: inventory.New(kinds.Schema()), lines: &lines{},
		history: map[inventory.Kind][]inventory.State{}, dropped: map[inventory.Kind]int{},
	}
}

// watchWorld watches the kinds until the test ends, with short retries.
func watchWorld(t *testing.T, config *rest.Config, list []inventory.Kind, adjust ...func(*Options)) *world {
	t.Helper()
	w := newWorld(t)
	o := Options{
		Config: config, Rows: rows(t, list...), Inbox: w.inbox, Log: w.lines.logger(), Retry: 400 * time.Millisecond,
	}
	for _, f := range adjust {
		f(&o)
	}
	var err error
	if w.ingest, err = New(o); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.ingest.Start(ctx) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		timeout := time.NewTimer(10 * time.Second)
		defer timeout.Stop()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Start: %v", err)
			}
		case <-timeout.C:
			t.Error("Start did not return")
		}
	})
	t.Cleanup(w.stop)
	return w
}

func rows(t *testing.T, list ...inventory.Kind) []*kinds.Row {
	t.Helper()
	var out []*kinds.Row
	for _, k := range list {
		row, ok := kinds.Lookup(k)
		if !ok {
			t.Fatalf("no kind %s", k)
		}
		out = append(out, row)
	}
	return out
}

// drain applies what has arrived, as the engine does.
func (w *world) drain() {
	b := w.inbox.Take()
	for _, k := range b.Drops {
		w.dropped[k]++
		for _, r := range w.store.Refs(k) {
			w.store.Apply(&inventory.Object{Ref: r})
		}
	}
	for _, s := range b.States {
		w.store.SetState(s.Kind, s.Scope, s.State)
		if s.Scope == "" && s.State != inventory.NotSynced {
			w.history[s.Kind] = append(w.history[s.Kind], s.State)
		}
	}
	for _, o := range b.Objects {
		w.store.Apply(o)
	}
}

func (w *world) wait(cond func() error) {
	w.t.Helper()
	envtesting.WaitFor(w.t, func() error {
		w.drain()
		return cond()
	})
}

func (w *world) waitState(k inventory.Kind, scope string, want inventory.State) {
	w.t.Helper()
	w.wait(func() error {
		if got := w.store.State(k, scope); got != want {
			return fmt.Errorf("%s %q is %s, not %s; log:\n%s", k, scope, got, want, w.lines)
		}
		return nil
	})
}

func (w *world) waitFor(k inventory.Kind, ns, name string) *inventory.Object {
	w.t.Helper()
	var found *inventory.Object
	w.wait(func() error {
		o, ok := w.get(k, ns, name)
		if !ok {
			return fmt.Errorf("%s %s/%s has not arrived; log:\n%s", k, ns, name, w.lines)
		}
		found = o
		return nil
	})
	return found
}

func (w *world) waitGone(k inventory.Kind, ns, name string) {
	w.t.Helper()
	w.wait(func() error {
		if _, ok := w.get(k, ns, name); ok {
			return fmt.Errorf("%s %s/%s has not gone", k, ns, name)
		}
		return nil
	})
}

func (w *world) get(k inventory.Kind, ns, name string) (*inventory.Object, bool) {
	return w.store.Get(inventory.Ref{Kind: k, Namespace: ns, Name: name})
}

// expect checks what is there now.
func (w *world) expect(k inventory.Kind, ns, name string, want bool) {
	w.t.Helper()
	if _, got := w.get(k, ns, name); got != want {
		w.t.Errorf("%s %s/%s: there %t, want %t", k, ns, name, got, want)
	}
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	list []string
}

func (l *lines) logger() logr.Logger {
	return funcr.New(func(_, args string) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.list = append(l.list, args)
	}, funcr.Options{})
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.list, "\n")
}

func (l *lines) about(k inventory.Kind) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.list), func(line string) bool { return !strings.Contains(line, string(k)) })
}
