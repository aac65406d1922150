package report_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	reports "github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/metadata"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/report"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// exporter is a running one.
type exporter struct {
	*report.OpenReports

	stop func()
}

// export runs an exporter beside the operator, which must run.
func (s *story) export(t *testing.T) exporter {
	t.Helper()
	m, err := metadata.NewForConfig(s.env.Config)
	if err != nil {
		t.Fatal(err)
	}
	o := report.NewOpenReports(report.Options{
		Client: s.api, Metadata: m, Ledger: s.ledger, Clock: s.clock, Log: s.log,
		Asked: func() bool { return !s.lost.Load() },
	}, s.controller)
	o.SetLimits(fast)
	s.exporter.Store(o)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		if err := o.Start(ctx); err != nil {
			t.Error(err)
		}
	})
	stop := func() { cancel(); group.Wait() }
	t.Cleanup(stop)
	return exporter{o, stop}
}

// exported gives the Report of a namespace, or of the cluster for "".
func (s *story) exported(t *testing.T, namespace string) (*reports.Report, error) {
	t.Helper()
	r := &reports.Report{}
	var o client.Object = r
	if namespace == "" {
		o = (*reports.ClusterReport)(r)
	}
	return r, s.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, o)
}

// waitForExported waits until a Report is so, and gives it.
func (s *story) waitForExported(t *testing.T, namespace string, so func(*reports.Report) bool) *reports.Report {
	t.Helper()
	var r *reports.Report
	envtesting.WaitFor(t, func() (err error) {
		if r, err = s.exported(t, namespace); err == nil && !so(r) {
			err = fmt.Errorf("the Report says %+v", r)
		}
		return err
	})
	return r
}

func (s *story) waitForNoExported(t *testing.T, namespace string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		_, err := s.exported(t, namespace)
		if err == nil {
			return errors.New("the Report is still there")
		}
		return client.IgnoreNotFound(err)
	})
}

// results tells whether a Report has just these results, in this order.
func results(want ...reports.Result) func(*reports.Report) bool {
	return func(r *reports.Report) bool {
		var got []string
		for i := range r.Results {
			got = append(got, string(r.Results[i].Result))
		}
		list := fmt.Sprint(want)
		return "["+strings.Join(got, " ")+"]" == list && r.Source == "meshaudit" &&
			r.Labels["app.kubernetes.io/managed-by"] == "meshaudit"
	}
}

func TestAnOpenReportAppearsFollowsAndGoes(t *testing.T) {
	s := begin(t)
	s.env.InstallCRDs(t, reports.GroupName)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.find(noPort, shop, "card")
	s.run(t)
	o := s.export(t)
	o.SetEnabled(true)
	r := s.waitForExported(t, shop, results("fail", "warn"))
	if r.Summary != (reports.ReportSummary{Fail: 1, Warn: 1}) || r.Results[0].Policy != "routing/unknownhost" {
		t.Errorf("%+v", r)
	}
	if at := s.report(t, shop).Status.Findings[0].FirstSeen.Unix(); r.Results[0].Timestamp.Seconds != at {
		t.Errorf("first seen %d, want %d", r.Results[0].Timestamp.Seconds, at)
	}
	s.waitForExported(t, "", results())
	s.fix(unknownHost, shop, "cart")
	s.waitForExported(t, shop, results("warn"))
	s.read(inventory.Forbidden, route)
	s.waitForExported(t, shop, results("warn", "error"))

	foreign := reports.Report{Source: "kyverno"}
	foreign.Namespace, foreign.Name = shop, "kyverno"
	if err := s.api.Create(t.Context(), &foreign); err != nil {
		t.Fatal(err)
	}
	o.SetEnabled(false)
	s.waitForNoExported(t, shop)
	s.waitForNoExported(t, "")
	if err := s.api.Get(t.Context(), client.ObjectKeyFromObject(&foreign), &foreign); err != nil {
		t.Error(err)
	}
	if s.absent(t, shop) {
		t.Error("our own report went, too")
	}
	o.SetEnabled(true)
	s.waitForExported(t, shop, results("warn", "error"))
	o.SetEnabled(false)
	s.waitForNoExported(t, shop)
}

func TestAnOpenReportIsHealed(t *testing.T) {
	s := begin(t)
	s.env.InstallCRDs(t, reports.GroupName)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	s.export(t).SetEnabled(true)
	before := s.waitForExported(t, shop, results("fail"))
	edit := func(change func(*reports.Report)) {
		t.Helper()
		edited := s.waitForExported(t, shop, results("fail"))
		change(edited)
		if err := s.api.Update(t.Context(), edited); err != nil {
			t.Fatal(err)
		}
		s.waitForExported(t, shop, func(r *reports.Report) bool {
			return results("fail")(r) && r.ResourceVersion != edited.ResourceVersion && r.Scope == nil &&
				r.Results[0].Timestamp == before.Results[0].Timestamp && r.Labels["team"] == "checkout"
		})
	}
	label := before.DeepCopy()
	label.Labels["team"] = "checkout" // is the user's own business
	if err := s.api.Update(t.Context(), label); err != nil {
		t.Fatal(err)
	}
	edit(func(r *reports.Report) { r.Results = nil })
	edit(func(r *reports.Report) { r.Results[0].Timestamp.Seconds -= 60 })
	edit(func(r *reports.Report) { r.Scope = &corev1.ObjectReference{Kind: "Namespace", Name: shop} })
	edit(func(r *reports.Report) { delete(r.Labels, "app.kubernetes.io/managed-by") })
	if err := s.api.Delete(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	s.waitForExported(t, shop, func(r *reports.Report) bool { return results("fail")(r) && r.UID != before.UID })
}

func TestAReportOfSomebodyElseIsLeftAlone(t *testing.T) {
	s := begin(t)
	s.env.InstallCRDs(t, reports.GroupName)
	taken, shop := s.namespace(t), s.namespace(t)
	theirs := &reports.Report{Source: "other"}
	theirs.Namespace, theirs.Name = taken, v1alpha1.ReportName
	if err := s.api.Create(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	version := theirs.ResourceVersion
	s.find(unknownHost, taken, "cart")
	s.run(t)
	o := s.export(t)
	o.SetEnabled(true)
	s.waitForExported(t, shop, results())
	s.find(unknownHost, taken, "pay")
	s.find(unknownHost, shop, "pay")
	s.waitForExported(t, shop, results("fail"))
	s.know(findings.Namespace{Name: shop, Terminating: true})
	o.SetEnabled(false)
	s.waitForNoExported(t, shop)
	if r, err := s.exported(t, taken); err != nil || r.ResourceVersion != version {
		t.Errorf("the Report is now %+v (%v)", r, err)
	}
	if err := s.api.Delete(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	o.SetEnabled(true)
	s.waitForExported(t, taken, results("fail", "fail"))
	o.SetEnabled(false)
	s.waitForNoExported(t, taken)
}

// Neither of the two waits for the other, whatever becomes of the CRDs.
func TestOpenReportsComeAndGoWithTheirCRDs(t *testing.T) {
	s := begin(t)
	s.env.RemoveCRDs(t, reports.GroupName)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	o := s.export(t)
	o.SetEnabled(true)
	s.settle(t)
	for range 2 {
		s.env.InstallCRDs(t, reports.GroupName)
		s.waitForExported(t, shop, results("fail"))
		s.env.RemoveCRDs(t, reports.GroupName)
	}
	s.find(unknownHost, shop, "pay")
	s.settle(t)
	if n := len(s.report(t, shop).Status.Findings); n != 2 {
		t.Errorf("%d findings", n)
	}
	s.env.InstallCRDs(t, reports.GroupName)
	s.waitForExported(t, shop, results("fail", "fail"))
}

func TestARestartWritesNoOpenReport(t *testing.T) {
	s := begin(t)
	s.env.InstallCRDs(t, reports.GroupName)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.read(inventory.Forbidden, service)
	s.run(t)
	first := s.export(t)
	first.SetEnabled(true)
	before := s.waitForExported(t, shop, results("fail", "error"))
	first.stop()
	s.clock.forward(10 * time.Minute)
	s.export(t).SetEnabled(true)
	s.waitForExported(t, s.namespace(t), results("error"))
	s.find(unknownHost, shop, "pay")
	after := s.waitForExported(t, shop, results("fail", "fail", "error"))
	if after.Generation != before.Generation+1 || after.Results[2].Timestamp != before.Results[1].Timestamp {
		t.Errorf("the Report was written without need: before %+v, after %+v", before, after)
	}
}
