package report_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	reports "github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/report"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

func TestMain(m *testing.M) { os.Exit(envtesting.Run(m)) }

const (
	service inventory.Kind = "Service"
	route   inventory.Kind = "VirtualService.networking.istio.io"
)

var (
	schema = inventory.NewSchema(
		inventory.NewKind(&inventory.KindInfo{Kind: "Namespace", Version: "v1"}),
		inventory.NewKind(&inventory.KindInfo{Kind: service, Version: "v1", Namespaced: true}),
		inventory.NewKind(&inventory.KindInfo{Kind: route, Version: "v1", Namespaced: true}),
	)
	unknownHost = analysis.Check{Category: "routing", Analyzer: &analysis.Analyzer{
		Name: "unknownhost", Severity: analysis.High, Subject: route,
	}}
	noPort = analysis.Check{Category: "routing", Analyzer: &analysis.Analyzer{
		Name: "noport", Severity: analysis.Low, Subject: service,
	}}
	fast = report.Limits{
		MaxSize: 256 << 10, QuietPeriod: 20 * time.Millisecond, MinWriteInterval: 50 * time.Millisecond,
		MaxWritesPerSecond: 1000,
	}
)

// story is an operator as far as reports go: a ledger that the test fills, and
// the controller.
type story struct {
	env        *envtesting.Env
	api        client.WithWatch // the user's hands
	ledger     *findings.Ledger
	controller *report.Controller
	exporter   atomic.Pointer[report.OpenReports] // nil for none
	clock      *shiftedClock
	writes     writes
	events     report.Events // nil for none
	log        logr.Logger
	lost       atomic.Bool // the Lease
	stop       func()
}

// begin makes an operator that has evaluated everything and does not run yet.
// It can read all kinds.
func begin(t *testing.T) *story {
	t.Helper()
	s := newStory(t)
	s.read(inventory.Listed, "Namespace", service, route)
	return s
}

func newStory(t *testing.T) *story {
	t.Helper()
	s := &story{env: envtesting.Start(t), clock: &shiftedClock{}}
	s.env.InstallCRDs(t, v1alpha1.GroupName)
	s.api = newClient(t, s.env.Config)
	s.ledger = findings.New(findings.Config{
		Schema: schema, Checks: []analysis.Check{unknownHost, noPort}, Now: s.clock.Now,
		SubjectKinds: func(c analysis.Check) []inventory.Kind { return []inventory.Kind{c.Subject} },
		Changed: func(names []string) {
			s.controller.Changed(names)
			if o := s.exporter.Load(); o != nil {
				o.Changed(names)
			}
		},
	})
	s.connect(t, s.env.Config, s.api)
	return s
}

// connect makes the controller, which goes to the API server through c.
func (s *story) connect(t *testing.T, config *rest.Config, c client.Client) {
	t.Helper()
	m, err := metadata.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	s.controller = report.New(report.Options{
		Client: c, Metadata: m, Ledger: s.ledger, Observer: &s.writes, Events: s.events, Clock: s.clock, Log: s.log,
		Source: func(inventory.Kind) string { return "kubernetes" },
		Asked:  func() bool { return !s.lost.Load() },
	})
	s.controller.SetLimits(fast)
}

func newClient(t *testing.T, config *rest.Config) client.WithWatch {
	t.Helper()
	types := runtime.NewScheme()
	if err := errors.Join(scheme.AddToScheme(types), v1alpha1.AddToScheme(types), reports.Install(types)); err != nil {
		t.Fatal(err)
	}
	c, err := client.NewWithWatch(config, client.Options{Scheme: types})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// run starts the operator. It ends with the test, or by s.stop.
func (s *story) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		if err := s.controller.Start(ctx); err != nil {
			t.Error(err)
		}
	})
	s.stop = func() { cancel(); group.Wait() }
	t.Cleanup(func() { s.stop(); s.sweep(context.WithoutCancel(t.Context()), t) })
}

// sweep deletes all reports, which the next story would find strange.
func (s *story) sweep(ctx context.Context, t *testing.T) {
	t.Helper()
	var list v1alpha1.MeshAuditReportList
	if err := s.api.List(ctx, &list); err != nil {
		t.Error(err)
	}
	for i := range list.Items {
		if err := client.IgnoreNotFound(s.api.Delete(ctx, &list.Items[i])); err != nil {
			t.Error(err)
		}
	}
}

// namespace makes a namespace that the operator knows.
func (s *story) namespace(t *testing.T) string {
	t.Helper()
	name := s.env.Namespace(t)
	s.know(findings.Namespace{Name: name})
	return name
}

func (s *story) know(n findings.Namespace) {
	s.controller.SetNamespace(n)
	s.ledger.SetNamespace(n)
}

// read sets how well kinds can be read.
func (s *story) read(state inventory.State, kinds ...inventory.Kind) {
	var changes []inventory.StateChange
	for _, k := range kinds {
		changes = append(changes, inventory.StateChange{Kind: k, State: state})
	}
	s.ledger.Update(nil, changes, true)
}

// find tells of one finding about each of the objects.
func (s *story) find(c analysis.Check, namespace string, names ...string) {
	for _, name := range names {
		r := &analysis.Result{Subject: inventory.Ref{Kind: c.Subject, Namespace: namespace, Name: name}}
		r.Findings = analysis.Number([]analysis.Finding{{
			Check: c, Severity: c.Severity, Subject: r.Subject, Field: "spec", Message: "wrong in " + name, Fix: "right it",
		}})
		s.ledger.Update([]*analysis.Result{r}, nil, true)
	}
}

// fix tells that nothing is wrong with the object any longer.
func (s *story) fix(c analysis.Check, namespace, name string) {
	r := &analysis.Result{Subject: inventory.Ref{Kind: c.Subject, Namespace: namespace, Name: name}}
	s.ledger.Update([]*analysis.Result{r}, nil, true)
}

// settle waits until every report shows what the ledger knows.
func (s *story) settle(t *testing.T) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		if since, behind := s.controller.Behind(); behind {
			return fmt.Errorf("behind since %s; writes: %v", since, s.writes.all())
		}
		return nil
	})
}

func (s *story) report(t *testing.T, namespace string) *v1alpha1.MeshAuditReport {
	t.Helper()
	r := &v1alpha1.MeshAuditReport{}
	if err := s.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func (s *story) cluster(t *testing.T) *v1alpha1.ClusterMeshAuditReport {
	t.Helper()
	r := &v1alpha1.ClusterMeshAuditReport{}
	if err := s.api.Get(t.Context(), client.ObjectKey{Name: v1alpha1.ReportName}, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// absent tells whether the namespace has no report.
func (s *story) absent(t *testing.T, namespace string) bool {
	t.Helper()
	err := s.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName},
		&v1alpha1.MeshAuditReport{})
	if client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	return err != nil
}

// writes counts the controller's writes by their result.
type writes struct {
	mu       sync.Mutex
	by       map[string]int
	reported int
}

// Wrote implements report.Observer.
func (w *writes) Wrote(result string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.by == nil {
		w.by = map[string]int{}
	}
	w.by[result]++
}

// Reported implements report.Observer.
func (w *writes) Reported(time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reported++
}

// Opened implements report.Observer.
func (w *writes) Opened(s analysis.Severity) { w.Wrote("opened " + s.String()) }

// Resolved implements report.Observer.
func (w *writes) Resolved(s analysis.Severity) { w.Wrote("resolved " + s.String()) }

func (w *writes) count(result string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.by[result]
}

func (w *writes) timed() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reported
}

func (w *writes) all() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return fmt.Sprint(w.by)
}

// shiftedClock is the real clock, set forward.
type shiftedClock struct {
	clock.RealClock

	by atomic.Int64
}

// Now implements clock.Clock.
func (c *shiftedClock) Now() time.Time { return c.RealClock.Now().Add(time.Duration(c.by.Load())) }

func (c *shiftedClock) forward(d time.Duration) { c.by.Add(int64(d)) }
