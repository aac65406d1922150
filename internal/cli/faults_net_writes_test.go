package cli

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// writeFaults are what each kind of write, and the look that follows some,
// suffers twice, or once if it lasts until it is lifted. Who is told that an
// object to delete is gone, or was deleted, may believe it.
var writeFaults = []struct {
	name  string
	times int
	fault fault
}{
	{"401", 2, refuse(401, metav1.StatusReasonUnauthorized)},
	{"403", 2, refuse(403, metav1.StatusReasonForbidden)},
	{"404", 2, refuse(404, metav1.StatusReasonNotFound)},
	{"409", 2, refuse(409, metav1.StatusReasonConflict)},
	{"410", 2, refuse(410, metav1.StatusReasonExpired)},
	{"429", 2, refuse(429, metav1.StatusReasonTooManyRequests, "Retry-After", "1")},
	{"500", 2, refuse(500, metav1.StatusReasonInternalError)},
	{"503", 2, refuse(503, metav1.StatusReasonServiceUnavailable)},
	{"504", 2, refuse(504, metav1.StatusReasonTimeout)},
	{"no answer", 1, silent},
	{"answer without body", 1, halfOpen},
	{"hung up", 2, hangUp},
	{"reset midway", 2, after(100, reset)},
	{"body ends midway", 2, truncate(100)},
	{"page of a proxy", 2, page},
	{"effect, then hung up", 2, unheard(hangUp)},
	{"effect, then 500", 2, unheard(refuse(500, metav1.StatusReasonInternalError))},
	{"effect, then 504", 2, unheard(refuse(504, metav1.StatusReasonTimeout))},
	{"effect, then no answer", 1, unheard(silent)},
}

// credible are those of them that say so.
var credible = map[string]bool{"404": true, "page of a proxy": true}

// writes are the other axis.
var writes = []call{
	{verb: verbCreate, resource: "meshaudit.io/meshauditreports"},
	{verb: verbCreate, resource: "meshaudit.io/clustermeshauditreports"},
	{verb: verbUpdate, resource: "meshaudit.io/meshauditreports/status"},
	{verb: verbUpdate, resource: "meshaudit.io/clustermeshauditreports/status"},
	{verb: verbUpdate, resource: "meshaudit.io/meshauditpolicies/status"},
	{verb: verbDelete, resource: "meshaudit.io/meshauditreports"},
	{verb: verbGet, resource: "meshaudit.io/meshauditreports"},
}

// Each write suffers each fault, all of them at once.
func TestNoFaultOfWritingChangesTheOutcome(t *testing.T) {
	p := perform(t)
	p.troubleTheLease()
	holder := p.holder(t)
	for _, f := range writeFaults {
		t.Run(f.name, func(t *testing.T) { p.writeRound(t, f.name, f.times, f.fault) })
	}
	t.Run("others write at the same time", func(t *testing.T) {
		p.writeRound(t, "", 2, func(x *exchange) { p.meddle(t, x); x.pass(x.client) })
	})
	p.lease.lift()
	if now := p.holder(t); now != holder {
		t.Errorf("the Lease went from %s to %s", holder, now)
	}
	p.operator.stop()
}

// writeRound turns the scene and harms reports, so that everything is written
// that the operator writes.
func (p *play) writeRound(t *testing.T, name string, times int, f fault) {
	t.Helper()
	if p.scene == 0 {
		p.turn(t)
		p.settled(t)
	}
	defer p.lift()
	rules := map[string]*rule{}
	for _, w := range writes {
		if w.verb == verbDelete && credible[name] {
			continue
		}
		rules[w.verb+" "+w.resource] = p.spoil(times, f, func(c call) bool {
			return c.verb == w.verb && c.resource == w.resource
		})
	}
	p.turn(t)
	all, list := p.reports(t)
	if err := p.api.Delete(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	for i := range list {
		switch list[i].Namespace {
		case p.bank:
			if err := p.api.Delete(t.Context(), &list[i]); err != nil {
				t.Fatal(err)
			}
		case p.shop:
			if err := p.touch(t, &list[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.each(t, rules, func(r *rule) {
		if times == 1 {
			r.free() // nothing comes of waiting, and some writes come after others
		}
	})
	p.settled(t)
	p.waitForPolicyStatus(t, true, "", "")
}

// touch changes an object as others may: not in what it says.
func (p *play) touch(t *testing.T, o client.Object) error {
	t.Helper()
	p.touches.Add(1)
	patch := fmt.Sprintf(`{"metadata": {"annotations": {"touched": "%d"}}}`, p.touches.Load())
	return p.api.Patch(t.Context(), o, client.RawPatch("application/merge-patch+json", []byte(patch)))
}

// meddle does to the object of a write what makes the write fail.
func (p *play) meddle(t *testing.T, x *exchange) {
	t.Helper()
	o := x.object()
	switch x.verb {
	case verbCreate:
		_ = p.api.Create(t.Context(), o)
	case verbUpdate:
		if err := client.IgnoreNotFound(p.touch(t, o)); err != nil { // the round deletes some
			t.Error(err)
		}
	case verbDelete:
		_ = p.api.Delete(t.Context(), o)
	}
}

// object is the one of MeshAudit's that a call is about.
func (x *exchange) object() client.Object {
	var o client.Object
	switch {
	case strings.Contains(x.resource, "/meshauditpolicies"):
		o = &v1alpha1.MeshAuditPolicy{}
	case strings.Contains(x.resource, "/cluster"):
		o = &v1alpha1.ClusterMeshAuditReport{}
	default:
		o = &v1alpha1.MeshAuditReport{}
		_, rest, _ := strings.Cut(x.path, "/namespaces/")
		namespace, _, _ := strings.Cut(rest, "/")
		o.SetNamespace(namespace)
	}
	o.SetName(v1alpha1.ReportName)
	if _, ok := o.(*v1alpha1.MeshAuditPolicy); ok {
		o.SetName(v1alpha1.PolicyName)
	}
	return o
}

// troubleTheLease makes every third request for the Lease suffer the next
// fault, so that each renewal can be repeated in time.
func (p *play) troubleTheLease() {
	var n atomic.Int64
	p.lease.spoil(0, func(x *exchange) {
		i := int(n.Add(1))
		if i%3 != 0 {
			x.pass(x.client)
			return
		}
		writeFaults[i/3%len(writeFaults)].fault(x)
	}, func(c call) bool { return c.resource == "coordination.k8s.io/leases" })
}

// holder is who holds the Lease.
func (p *play) holder(t *testing.T) string {
	t.Helper()
	l := &coordinationv1.Lease{}
	if err := p.api.Get(t.Context(), client.ObjectKey{Namespace: system, Name: leaseName}, l); err != nil {
		t.Fatal(err)
	}
	return *l.Spec.HolderIdentity
}
