package report_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

func TestAReportAppearsAndFollows(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.find(noPort, shop, "card")
	s.run(t)
	s.settle(t)
	got := s.report(t, shop).Status
	if got.Summary.High != 1 || got.Summary.Low != 1 || len(got.Findings) != 2 || len(got.Conditions) != 3 {
		t.Errorf("%+v", got)
	}
	if f := got.Findings[0]; f.Check != "routing/unknownhost" || f.Subject.APIVersion != "networking.istio.io/v1" {
		t.Errorf("%+v", f)
	}
	all := s.cluster(t).Status
	if all.Totals.High != 1 || all.Summary.High != 0 || len(all.Kinds) != 3 || all.LastHeartbeat.IsZero() {
		t.Errorf("%+v", all)
	}

	s.fix(unknownHost, shop, "cart")
	s.settle(t)
	if got := s.report(t, shop).Status; got.Summary.High != 0 || len(got.Findings) != 1 {
		t.Errorf("%+v", got)
	}
	if got := s.cluster(t).Status.Totals; got.High != 0 || got.Low != 1 {
		t.Errorf("%+v", got)
	}
	if s.writes.timed() == 0 {
		t.Error("nobody was told how long it took")
	}
}

func TestANewNamespaceGetsAnEmptyReport(t *testing.T) {
	s := begin(t)
	s.run(t)
	shop := s.namespace(t)
	s.settle(t)
	if got := s.report(t, shop).Status; got.Summary != (v1alpha1.Summary{}) || got.Changed.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestNothingIsWrittenWithoutNeed(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart", "card")
	s.run(t)
	s.settle(t)
	before, all, writes := s.report(t, shop), s.cluster(t), s.writes.all()
	for range 3 {
		s.ledger.SetPolicy(findings.Policy{Profile: 1})
		s.find(unknownHost, shop, "card", "cart")
		s.settle(t)
	}
	if got := s.writes.all(); got != writes {
		t.Errorf("writes %s, before %s", got, writes)
	}
	if s.report(t, shop).ResourceVersion != before.ResourceVersion ||
		s.cluster(t).ResourceVersion != all.ResourceVersion {
		t.Error("the report was written")
	}
}

func TestADeletedReportIsMadeAgain(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	s.settle(t)
	for _, o := range []client.Object{s.report(t, shop), s.cluster(t)} {
		old := o.GetUID()
		if err := s.api.Delete(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		envtesting.WaitFor(t, func() error {
			err := s.api.Get(t.Context(), client.ObjectKeyFromObject(o), o)
			if err == nil && o.GetUID() == old {
				err = errors.New("still the old one")
			}
			return err
		})
	}
	s.wantRestored(t, shop)
}

// wantRestored waits until both reports say that there is one finding.
func (s *story) wantRestored(t *testing.T, namespace string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		one, all := s.report(t, namespace).Status, s.cluster(t).Status
		if one.Summary.High != 1 || len(one.Findings) != 1 || all.Totals.High != 1 || all.LastHeartbeat.IsZero() {
			return fmt.Errorf("%+v\n%+v", one, all.Totals)
		}
		return nil
	})
}

func TestAnEditIsUndone(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	s.settle(t)
	before := s.report(t, shop)
	edited, all := before.DeepCopy(), s.cluster(t)
	edited.Status.Summary.High, edited.Status.Findings = 0, nil
	all.Status.Totals.High = 7
	for _, o := range []client.Object{edited, all} {
		if err := s.api.Status().Update(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	s.wantRestored(t, shop)

	edited = s.report(t, shop)
	edited.Status.Findings[0].FirstSeen.Time = edited.Status.Findings[0].FirstSeen.Add(-time.Hour)
	if err := s.api.Status().Update(t.Context(), edited); err != nil {
		t.Fatal(err)
	}
	envtesting.WaitFor(t, func() error {
		got := s.report(t, shop).Status.Findings[0].FirstSeen
		if !got.Equal(&before.Status.Findings[0].FirstSeen) {
			return fmt.Errorf("first seen %s", got)
		}
		return nil
	})
}

// A label is the user's own business.
func TestALabelStays(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.run(t)
	s.settle(t)
	labelled := s.report(t, shop)
	labelled.Labels = map[string]string{"team": "checkout"}
	if err := s.api.Update(t.Context(), labelled); err != nil {
		t.Fatal(err)
	}
	s.find(unknownHost, shop, "cart")
	s.settle(t)
	if got := s.report(t, shop); got.Status.Summary.High != 1 || got.Labels["team"] != "checkout" {
		t.Errorf("%+v", got)
	}
}

func TestALargeReportIsCut(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("object-%03d", i))
	}
	s.find(noPort, shop, names...)
	s.find(unknownHost, shop, "cart")
	small := fast
	small.MaxSize = 16 << 10
	s.controller.SetLimits(small)
	s.run(t)
	s.settle(t)
	got := s.report(t, shop)
	raw, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	cut := int(got.Status.Truncated.Count)
	if len(raw) > small.MaxSize || cut == 0 || cut+len(got.Status.Findings) != 101 || got.Status.Summary.Low != 100 {
		t.Errorf("%d bytes, %d cut, %d shown, %+v", len(raw), cut, len(got.Status.Findings), got.Status.Summary)
	}
	if got.Status.Findings[0].Severity != v1alpha1.SeverityHigh || s.controller.Truncated() != cut {
		t.Errorf("%+v, truncated %d", got.Status.Findings[0], s.controller.Truncated())
	}
	s.controller.SetLimits(fast)
	s.settle(t)
	if got := s.report(t, shop).Status; len(got.Findings) != 101 || got.Truncated.Count != 0 {
		t.Errorf("%d findings, %+v", len(got.Findings), got.Truncated)
	}
}

func TestTheHeartIsHeardOnceAnHour(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.run(t)
	s.settle(t)
	before, all, updated := s.report(t, shop), s.cluster(t), s.writes.count(metrics.Updated)
	s.clock.forward(30 * time.Minute)
	s.ledger.SetPolicy(findings.Policy{Profile: 1})
	s.settle(t)
	if got := s.writes.count(metrics.Updated); got != updated {
		t.Errorf("%d writes after half an hour", got-updated)
	}
	s.clock.forward(30 * time.Minute)
	s.ledger.SetPolicy(findings.Policy{Profile: 1})
	s.settle(t)
	got := s.cluster(t).Status
	if !got.LastHeartbeat.After(all.Status.LastHeartbeat.Time) || !got.Changed.Equal(&all.Status.Changed) {
		t.Errorf("heartbeat %s, changed %s", got.LastHeartbeat, got.Changed)
	}
	if s.report(t, shop).ResourceVersion != before.ResourceVersion || s.writes.count(metrics.Updated) != updated+1 {
		t.Errorf("writes %s", s.writes.all())
	}
}

func TestABlindKindMakesTheReportIncomplete(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.run(t)
	s.read(inventory.Forbidden, route)
	s.settle(t)
	got := s.report(t, shop).Status
	if len(got.NotEvaluated) != 1 || got.NotEvaluated[0].Reason != v1alpha1.ReasonForbidden {
		t.Errorf("%+v", got.NotEvaluated)
	}
	if all := s.cluster(t).Status; all.Sources[0].State != v1alpha1.SourceDegraded || all.Totals.NotEvaluated != 1 {
		t.Errorf("%+v", all)
	}
}
