package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/time/rate"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsregistry "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/meshaudit/meshaudit/controllers/ingest"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/controllers/report"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/audit"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/events"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

// operator is the audit of a live cluster, step by step. Data flows from the
// first field that is set to the last.
type operator struct {
	config  *rest.Config
	manager ctrl.Manager
	asked   func() bool // to end
	system  string      // the operator's own namespace; "" if it has none
	timing  timing
	log     logr.Logger
	clock   clock.RealClock

	inbox    *inventory.Inbox
	ingest   *ingest.Ingest
	loop     *engine.Loop
	ledger   *findings.Ledger
	recorder *metrics.Recorder
	proxies  proxyUse
	aws      *awsSource
	appMesh  appMeshUse
	events   *events.Recorder
	reports  *report.Controller
	metrics  *metrics.Collector
	panics   rate.Sometimes

	exceptions  *policy.Exceptions
	openReports *report.OpenReports
}

// newOperator wires the steps and hands those that run to the manager. The end
// of ctx asks the operator to end.
func newOperator(
	ctx context.Context, config *rest.Config, m ctrl.Manager, system string, d timing, log logr.Logger,
) (*operator, error) {
	o := &operator{
		config: config, manager: m, system: system, timing: d, log: log, inbox: inventory.NewInbox(),
		asked:  func() bool { return ctx.Err() != nil },
		panics: rate.Sometimes{First: 10, Interval: time.Minute},
	}
	for _, step := range []func() error{
		o.watch, o.poll, o.evaluate, o.remember, o.publish, o.export, o.measure, o.govern,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// watch brings the cluster's objects into the inbox.
func (o *operator) watch() error {
	var err error
	o.ingest, err = ingest.New(ingest.Options{
		Config: o.config, Inbox: o.inbox, Clock: o.clock, Log: o.log.WithName("ingest"),
		Retry: o.timing.retry, StaleAfter: o.timing.staleAfter,
	})
	if err != nil {
		return fmt.Errorf("watch the cluster: %w", err)
	}
	return o.manager.Add(o.ingest)
}

// evaluate turns the inbox into results, for the sink.
func (o *operator) evaluate() error {
	o.loop = &engine.Loop{
		Engine: engine.New(audit.Engine(analyzers.All, o.broken)), Inbox: o.inbox,
		Clock: o.clock, Timing: engine.DefaultTiming, Sink: o.sink,
	}
	if err := o.manager.AddReadyzCheck("settled", ready(o.loop.Settled)); err != nil {
		return fmt.Errorf("report readiness: %w", err)
	}
	if err := o.manager.Add(&collector{settled: o.loop.Settled, clock: o.clock}); err != nil {
		return err
	}
	return o.manager.Add(o.loop)
}

// remember makes the ledger.
func (o *operator) remember() error {
	o.ledger = findings.New(audit.Ledger(o.system, o.clock.Now, func(names []string) {
		o.reports.Changed(names)
		o.openReports.Changed(names)
		o.exceptions.Changed()
	}))
	return nil
}

// publish keeps the reports equal to the ledger, and tells of what came and went.
func (o *operator) publish() error {
	m, err := metadata.NewForConfig(o.config)
	if err != nil {
		return fmt.Errorf("publish reports: %w", err)
	}
	o.recorder, o.proxies = metrics.NewRecorder(), proxyUse{}
	o.events = events.New(events.Options{
		Client: o.manager.GetClient(), Schema: o.ledger.Schema, Observer: o.recorder, Clock: o.clock,
		Log: o.log.WithName("events"),
	})
	o.reports = report.New(report.Options{
		Client: o.manager.GetClient(), Metadata: m, Ledger: o.ledger, Source: source, Sources: o.aws.sources,
		Recalled: o.aws.recalled, Observer: o.recorder, Events: o.events, Asked: o.asked, Clock: o.clock,
		Log: o.log.WithName("reports"),
	})
	return o.manager.Add(o.reports)
}

// measure shows the ledger to Prometheus.
func (o *operator) measure() error {
	o.metrics = metrics.New(metrics.Options{
		Ledger: o.ledger, Checks: analyzers.All, Source: source, Sources: o.aws.sources, Leader: o.leader,
		Reports: o.reports, Now: o.clock.Now, Version: Version,
	}, o.recorder)
	return metricsregistry.Registry.Register(o.metrics)
}

func (o *operator) leader() bool {
	select {
	case <-o.manager.Elected():
		return true
	default:
		return false
	}
}

// govern lets the policy act on all of the steps, and exceptions on the ledger.
func (o *operator) govern() error {
	d, err := dynamic.NewForConfig(o.config)
	if err != nil {
		return fmt.Errorf("read the policy: %w", err)
	}
	o.exceptions = policy.NewExceptions(policy.ExceptionOptions{
		Dynamic: d, Client: o.manager.GetClient(), Checks: analyzers.All, Ledger: o.ledger,
		Ready: o.reports.Running, Clock: o.clock, Log: o.log.WithName("exceptions"),
	})
	c := policy.New(policy.Options{
		Dynamic: d, Client: o.manager.GetClient(), Checks: analyzers.All,
		Targets: policy.Targets{
			Inbox: o.inbox, Ledger: o.ledger, Sources: o.ingest, Cloud: o.aws,
			Reports: writers{o.reports, o.openReports}, Metrics: o.metrics, Events: o.events, OpenReports: o.openReports,
		},
		After: o.exceptions.Listed(), Clock: o.clock, Log: o.log.WithName("policy"),
	})
	for _, r := range []manager.Runnable{o.exceptions, o.exceptions.Status(), c, c.Status()} {
		if err := o.manager.Add(r); err != nil {
			return err
		}
	}
	return nil
}

// close undoes what outlives the manager.
func (o *operator) close() { metricsregistry.Registry.Unregister(o.metrics) }
