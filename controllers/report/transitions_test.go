package report_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	internal "github.com/meshaudit/meshaudit/internal/report"
)

// counts asks that so many findings of severity High opened and were resolved.
func (s *story) counts(t *testing.T, opened, resolved int) {
	t.Helper()
	if o, r := s.writes.count("opened High"), s.writes.count("resolved High"); o != opened || r != resolved {
		t.Errorf("%d opened and %d resolved, want %d and %d", o, r, opened, resolved)
	}
}

// went lists the names of the objects that a report says are right again.
func (s *story) went(t *testing.T, namespace string) (names []string) {
	t.Helper()
	for _, r := range s.report(t, namespace).Status.Resolved {
		names = append(names, r.Subject.Name)
	}
	return names
}

func (s *story) wantWent(t *testing.T, namespace string, want ...string) {
	t.Helper()
	if got := s.went(t, namespace); !slices.Equal(got, want) {
		t.Errorf("went %q, want %q", got, want)
	}
}

func TestWhatOpensAndIsResolvedIsCountedOnce(t *testing.T) {
	old := begin(t)
	shop := old.namespace(t)
	old.find(unknownHost, shop, "cart", "card")
	old.run(t)
	old.settle(t)
	old.counts(t, 2, 0)
	old.fix(unknownHost, shop, "cart")
	old.settle(t)
	old.counts(t, 2, 1)
	old.wantWent(t, shop, "cart")
	old.find(unknownHost, shop, "cart")
	old.settle(t)
	old.counts(t, 3, 1)
	old.wantWent(t, shop)
	old.fix(unknownHost, shop, "cart")
	old.settle(t)
	before := old.report(t, shop)
	old.stop()

	s := begin(t)
	s.know(findings.Namespace{Name: shop})
	s.find(unknownHost, shop, "card")
	s.run(t)
	s.settle(t)
	s.counts(t, 0, 0)
	if s.report(t, shop).ResourceVersion != before.ResourceVersion {
		t.Error("a restart wrote the report")
	}
	s.fix(unknownHost, shop, "card")
	s.settle(t)
	s.counts(t, 0, 1)
	if got := s.went(t, shop); len(got) != 2 {
		t.Errorf("went %q", got)
	}
}

// What changed while nobody led is seen by comparing with the report.
func TestWhatChangedWhileNobodyLedIsCounted(t *testing.T) {
	old := begin(t)
	shop := old.namespace(t)
	old.find(unknownHost, shop, "cart")
	old.run(t)
	old.settle(t)
	old.stop()
	s := begin(t)
	listener := &listener{}
	s.events = listener
	s.connect(t, s.env.Config, s.api)
	s.know(findings.Namespace{Name: shop})
	s.find(unknownHost, shop, "card")
	s.run(t)
	s.settle(t)
	s.counts(t, 1, 1)
	s.wantWent(t, shop, "cart")
	listener.want(t) // whoever looks hears nothing new
	s.fix(unknownHost, shop, "card")
	s.settle(t)
	listener.want(t, "-card")
}

// listener is told what came and went.
type listener struct {
	mu    sync.Mutex
	heard []string
}

// Changed implements report.Events.
func (l *listener) Changed(changes []internal.Change, _ *findings.View) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range changes {
		sign := "+"
		if changes[i].After == nil {
			sign = "-"
		}
		l.heard = append(l.heard, sign+changes[i].Finding().Subject.Name)
	}
}

// Run implements report.Events.
func (*listener) Run(ctx context.Context, last <-chan struct{}) {
	select {
	case <-ctx.Done():
	case <-last:
	}
}

func (l *listener) want(t *testing.T, want ...string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.heard, want) {
		t.Errorf("heard %q, want %q", l.heard, want)
	}
}

// The API server wrote, and nobody heard its answer.
func TestAWriteWithoutAnAnswerIsCountedOnce(t *testing.T) {
	s := begin(t)
	var mu sync.Mutex
	deaf := map[string]bool{}
	shop := s.namespace(t)
	s.connect(t, s.env.Config, interceptor.NewClient(s.api, interceptor.Funcs{
		SubResourceUpdate: func(
			ctx context.Context, c client.Client, sub string, o client.Object, opts ...client.SubResourceUpdateOption,
		) error {
			err := c.SubResource(sub).Update(ctx, o.DeepCopyObject().(client.Object), opts...)
			mu.Lock()
			defer mu.Unlock()
			if o.GetNamespace() == shop && err == nil && !deaf[o.GetResourceVersion()] {
				deaf[o.GetResourceVersion()] = true
				return apierrors.NewTimeoutError("no answer", 0)
			}
			return err
		},
	}))
	s.find(unknownHost, shop, "cart", "card")
	s.run(t)
	s.settle(t)
	s.counts(t, 2, 0)
	s.fix(unknownHost, shop, "cart")
	s.settle(t)
	s.counts(t, 2, 1)
	s.wantWent(t, shop, "cart")
}

// What hands do to a report is undone, and nothing came or went by that.
func TestHandsOpenAndResolveNothing(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart", "card")
	s.run(t)
	s.settle(t)
	s.fix(unknownHost, shop, "cart")
	s.settle(t)
	before := s.report(t, shop)
	for name, edit := range map[string]func(*v1alpha1.MeshAuditReportStatus){
		"the findings go":        func(r *v1alpha1.MeshAuditReportStatus) { r.Findings = nil },
		"what went goes":         func(r *v1alpha1.MeshAuditReportStatus) { r.Resolved = nil },
		"what went gets another": func(r *v1alpha1.MeshAuditReportStatus) { r.Resolved[0].ID = "another" },
		"what went gets a field": func(r *v1alpha1.MeshAuditReportStatus) { r.Resolved[0].Field = "another" },
		"what went went later":   func(r *v1alpha1.MeshAuditReportStatus) { r.Resolved[0].ResolvedAt.Time = s.clock.Now().Add(time.Hour) },
		"everything goes":        func(r *v1alpha1.MeshAuditReportStatus) { *r = v1alpha1.MeshAuditReportStatus{} },
	} {
		edited := s.report(t, shop)
		edit(&edited.Status)
		if err := s.api.Status().Update(t.Context(), edited); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s.waitForStatus(t, name, before)
	}
	if err := s.api.Delete(t.Context(), s.report(t, shop)); err != nil {
		t.Fatal(err)
	}
	envtesting.WaitFor(t, func() error {
		return client.IgnoreNotFound(s.api.Get(t.Context(), client.ObjectKeyFromObject(before), &v1alpha1.MeshAuditReport{}))
	})
	s.waitForStatus(t, "the report goes", before)
	s.counts(t, 2, 1)
}

// waitForStatus waits until a report says what it said, also since when.
func (s *story) waitForStatus(t *testing.T, after string, before *v1alpha1.MeshAuditReport) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		r := &v1alpha1.MeshAuditReport{}
		if err := s.api.Get(t.Context(), client.ObjectKeyFromObject(before), r); err != nil {
			return err
		}
		now, was := r.Status, before.Status
		if internal.NamespacedDigest(now) != internal.NamespacedDigest(was) ||
			!slices.EqualFunc(now.Resolved, was.Resolved, func(a, b v1alpha1.Resolved) bool { return a.ResolvedAt.Equal(&b.ResolvedAt) }) {
			return fmt.Errorf("after %s: %+v, want %+v", after, now, was)
		}
		return nil
	})
}

// Whether somebody looks changes nothing.
func TestThePolicyOpensAndResolvesNothing(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	s.settle(t)
	for _, p := range []findings.Policy{
		{Profile: 1, Audited: func(findings.Namespace) bool { return false }},
		{Profile: 1},
		{Profile: 1, Rules: []findings.Rule{{Pattern: "routing/*", Disabled: true}}},
		{Profile: 1},
	} {
		s.ledger.SetPolicy(p)
		s.settle(t)
	}
	s.counts(t, 1, 0)
	s.wantWent(t, shop)
	s.fix(unknownHost, shop, "cart")
	s.settle(t)
	s.counts(t, 1, 1)

	s.ledger.SetPolicy(findings.Policy{Profile: 1, Audited: func(findings.Namespace) bool { return false }})
	young := s.namespace(t)
	s.find(unknownHost, young, "cart")
	s.settle(t)
	s.ledger.SetPolicy(findings.Policy{Profile: 1})
	s.settle(t)
	s.counts(t, 1, 1)
	s.fix(unknownHost, young, "cart")
	s.settle(t)
	s.counts(t, 1, 2)
}

// A namespace of the same name is another one.
func TestTheEndOfANamespaceResolvesNothing(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	s.settle(t)
	s.know(findings.Namespace{Name: shop, Terminating: true})
	if err := s.api.Delete(t.Context(), s.report(t, shop)); err != nil {
		t.Fatal(err)
	}
	s.fix(unknownHost, shop, "cart")
	s.controller.DeleteNamespace(shop)
	s.ledger.DeleteNamespace(shop)
	s.know(findings.Namespace{Name: shop})
	s.settle(t)
	s.counts(t, 1, 0)
	s.wantWent(t, shop)
	s.find(unknownHost, shop, "cart")
	s.settle(t)
	s.counts(t, 2, 0)
}

// A restart does not forget what went, though it began while nothing could be
// read, and does not take for gone what it cannot see.
func TestWhatCannotBeReadIsNotResolved(t *testing.T) {
	old := begin(t)
	shop := old.namespace(t)
	old.find(unknownHost, shop, "cart", "card")
	old.run(t)
	old.settle(t)
	old.fix(unknownHost, shop, "card")
	old.settle(t)
	old.stop()

	s := newStory(t)
	s.clock.forward(10 * time.Minute)
	s.read(inventory.Listed, service, "Namespace")
	s.read(inventory.NotSynced, route)
	s.run(t)
	s.settle(t)
	s.know(findings.Namespace{Name: shop})
	s.settle(t)
	s.counts(t, 0, 0)
	s.wantWent(t, shop, "card")
	s.read(inventory.Listed, route)
	s.settle(t)
	s.counts(t, 0, 1)
	if got := s.went(t, shop); len(got) != 2 || got[0] != "cart" {
		t.Errorf("went %q", got)
	}
}

// A CRD of before drops what went. Upgraded, it gets it, without a restart.
func TestAnOlderCRDGetsWhatWentOnceItIsUpgraded(t *testing.T) {
	const reports = "meshauditreports." + v1alpha1.GroupName
	s := begin(t)
	older := envtesting.CRDs(t, reports)
	delete(older[0].Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["status"].Properties, "resolved")
	s.env.InstallCRD(t, older...)
	t.Cleanup(func() { s.env.InstallCRDs(t, reports) })
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	s.settle(t)
	s.fix(unknownHost, shop, "cart")
	s.settle(t)
	s.wantWent(t, shop)
	s.env.InstallCRDs(t, reports)
	envtesting.WaitFor(t, func() error {
		if got := s.went(t, shop); len(got) != 1 {
			return fmt.Errorf("went %q", got)
		}
		return nil
	})
	s.counts(t, 1, 1)
}

// An exception is no fix.
func TestAnExceptionResolvesNothing(t *testing.T) {
	s := begin(t)
	listener := &listener{}
	s.events = listener
	s.connect(t, s.env.Config, s.api)
	shop := s.namespace(t)
	s.run(t)
	s.settle(t)
	s.find(unknownHost, shop, "cart")
	s.settle(t)
	s.ledger.SetException(findings.Exception{Namespace: shop, Name: "known", Checks: []string{"routing/unknownhost"}})
	s.settle(t)
	s.counts(t, 1, 0)
	s.find(unknownHost, shop, "card")
	s.settle(t)
	s.counts(t, 1, 0)
	s.fix(unknownHost, shop, "cart")
	s.settle(t)
	s.counts(t, 1, 0)
	s.wantWent(t, shop, "cart")
	s.ledger.DeleteException(shop, "known")
	s.settle(t)
	s.counts(t, 1, 0)
	listener.want(t, "+cart", "+cart", "+card", "-cart", "+card")
}

// What went stays when the report is too large, and findings are cut for it.
func TestWhatWentIsPartOfTheSize(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("object-%03d", i))
	}
	s.find(noPort, shop, names...)
	small := fast
	small.MaxSize = 16 << 10
	s.controller.SetLimits(small)
	s.run(t)
	s.settle(t)
	before := s.report(t, shop).Status
	for _, name := range names[:30] {
		s.fix(noPort, shop, name)
		s.find(unknownHost, shop, name)
	}
	s.settle(t)
	after := s.report(t, shop).Status
	if len(after.Resolved) != 20 || len(after.Findings) >= len(before.Findings) || s.writes.count("resolved Low") != 30 {
		t.Errorf("%d went, %d findings, %d before", len(after.Resolved), len(after.Findings), len(before.Findings))
	}
}
