package policy_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// night is a namespace with findings, a ledger that knows them, and somebody
// who must silence one.
type night struct {
	*operator

	namespace string
	ledger    *findings.Ledger
	x         *policy.Exceptions
}

func newNight(t *testing.T) *night {
	t.Helper()
	n := &night{operator: newOperator(t)}
	n.namespace = n.env.Namespace(t)
	return n
}

// watch starts the runnables, until the test ends.
func (n *night) watch(t *testing.T, c *rest.Config) {
	t.Helper()
	n.ledger = findings.New(findings.Config{
		Schema: kinds.Schema(), Checks: checks, System: "meshaudit-system", Now: clock.RealClock{}.Now,
		SubjectKinds: func(analysis.Check) []inventory.Kind { return []inventory.Kind{kinds.VirtualServices.Name} },
		Changed:      func([]string) { n.x.Changed() },
	})
	d, err := dynamic.NewForConfig(c)
	if err != nil {
		t.Fatal(err)
	}
	n.x = policy.NewExceptions(policy.ExceptionOptions{
		Dynamic: d, Client: newClient(t, c), Checks: checks, Ledger: n.ledger,
		Ready: n.ledger.Settled, Clock: clock.RealClock{}, Log: logr.Discard(),
	})
	n.ledger.SetNamespace(findings.Namespace{Name: n.namespace})
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for _, start := range []func(context.Context) error{n.x.Start, n.x.Status().Start} {
		group.Go(func() {
			if err := start(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { cancel(); group.Wait() })
}

// finds says of a route whether it has the mistake.
func (n *night) finds(name string, wrong bool) {
	r := &analysis.Result{Subject: kinds.VirtualServices.Ref(n.namespace, name)}
	if wrong {
		r.Findings = analysis.Number([]analysis.Finding{{
			Check: checks[0], Severity: analysis.High, Subject: r.Subject, Message: "wrong",
		}})
	}
	n.ledger.Update([]*analysis.Result{r}, nil, true)
}

// except makes an exception of a spec, which may be any.
func (n *night) except(t *testing.T, name string, spec map[string]any) {
	t.Helper()
	u := &unstructured.Unstructured{Object: map[string]any{"spec": spec}}
	u.SetAPIVersion(v1alpha1.GroupVersion.String())
	u.SetKind("MeshAuditException")
	u.SetNamespace(n.namespace)
	u.SetName(name)
	if err := n.api.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	t.Cleanup(func() {
		if err := client.IgnoreNotFound(n.api.Delete(ctx, u)); err != nil {
			t.Error(err)
		}
	})
}

// known excepts routes of that name.
func known(name string) map[string]any {
	return map[string]any{
		"checks": []any{"routing/*"}, "reason": "known", "subjects": []any{map[string]any{"name": name}},
	}
}

// waitForStatus waits until the status says so, and gives the exception.
func (n *night) waitForStatus(
	t *testing.T, name string, state v1alpha1.ExceptionState, matched int32,
) *v1alpha1.MeshAuditException {
	t.Helper()
	e := &unstructured.Unstructured{}
	out := &v1alpha1.MeshAuditException{}
	envtesting.WaitFor(t, func() error {
		e.SetAPIVersion(v1alpha1.GroupVersion.String())
		e.SetKind("MeshAuditException")
		if err := n.api.Get(t.Context(), client.ObjectKey{Namespace: n.namespace, Name: name}, e); err != nil {
			return err
		}
		out, _, _ = policy.ReadException(e, checks)
		if s := &out.Status; s.State != state || s.Matched != matched || s.ObservedGeneration != e.GetGeneration() {
			return fmt.Errorf("status %+v", s)
		}
		return nil
	})
	return out
}

// waitForCount waits until so many findings count.
func (n *night) waitForCount(t *testing.T, want int) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		v, ok := n.ledger.View(n.namespace)
		if !ok || v.Summary.BySeverity[analysis.High] != want {
			return fmt.Errorf("the report is %+v", v)
		}
		return nil
	})
}

func TestAnExceptionSaysWhatItDoes(t *testing.T) {
	n := newNight(t)
	n.watch(t, n.env.Config)
	n.finds("cart", true)
	n.finds("pay", true)
	n.except(t, "known", known("cart"))
	n.waitForCount(t, 1)
	active := n.waitForStatus(t, "known", v1alpha1.ExceptionActive, 1)
	if active.Status.LastMatch.IsZero() {
		t.Error("it silences a finding, and was never used")
	}
	n.finds("cart", false)
	if gone := n.waitForStatus(t, "known", v1alpha1.ExceptionUnused, 0); gone.Status.LastMatch.IsZero() {
		t.Error("nobody knows when it was last used")
	}
	n.ledger.SetPolicy(findings.Policy{Exceptions: findings.Bounds{MaxSeverity: analysis.Low}})
	n.finds("cart", true)
	n.waitForCount(t, 2)
	envtesting.WaitFor(t, func() error {
		if s := n.waitForStatus(t, "known", v1alpha1.ExceptionUnused, 0).Status; s.Refused != 1 {
			return fmt.Errorf("status %+v", s)
		}
		return nil
	})
}

// What an older schema let through is named, and blinds nobody to the others.
func TestAnExceptionThatDoesNotDecodeIsNamed(t *testing.T) {
	n := newNight(t)
	const name = "meshauditexceptions.meshaudit.io"
	definition, anything := envtesting.CRDs(t, name)[0], true
	whole := definition.DeepCopy()
	schema := definition.Spec.Versions[0].Schema.OpenAPIV3Schema
	schema.Properties["spec"] = apiextensionsv1.JSONSchemaProps{Type: "object", XPreserveUnknownFields: &anything}
	n.env.InstallCRD(t, definition)
	t.Cleanup(func() { n.env.InstallCRD(t, whole) })
	n.except(t, "broken", map[string]any{"checks": "routing/*", "reason": "known"})
	n.except(t, "known", known("cart"))
	n.watch(t, n.env.Config)
	n.finds("cart", true)
	n.finds("pay", true)
	n.waitForStatus(t, "known", v1alpha1.ExceptionActive, 1)
	n.waitForCount(t, 1)
	broken := n.waitForStatus(t, "broken", v1alpha1.ExceptionUnused, 0)
	if r := broken.Status.Rejected; len(r) != 1 || r[0].Field != "spec" || !strings.Contains(r[0].Message, "decode") {
		t.Errorf("rejected %+v", r)
	}
}

// Whoever edits the status of an exception by hand sees it put right.
func TestTheStatusIsPutRight(t *testing.T) {
	n := newNight(t)
	n.watch(t, n.env.Config)
	n.finds("cart", true)
	n.except(t, "known", known("cart"))
	e := n.waitForStatus(t, "known", v1alpha1.ExceptionActive, 1)
	e.Status.State, e.Status.ObservedGeneration = v1alpha1.ExceptionExpired, 77
	if err := n.api.Status().Update(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	n.waitForStatus(t, "known", v1alpha1.ExceptionActive, 1)
}

// Without the kind or the right to it, findings count, and nobody waits.
func TestWithoutExceptionsFindingsCount(t *testing.T) {
	for name, c := range map[string]struct{ before, after func(*testing.T, *night) }{
		"the CRD": {
			func(t *testing.T, n *night) { t.Helper(); n.env.RemoveCRDs(t, v1alpha1.GroupName) },
			func(t *testing.T, n *night) { t.Helper(); n.env.InstallCRDs(t, v1alpha1.GroupName) },
		},
		"the right": {
			func(*testing.T, *night) {},
			func(t *testing.T, n *night) {
				t.Helper()
				n.env.Grant(t, "exception-reader", "", envtesting.Read(v1alpha1.GroupName, "meshauditexceptions"))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNight(t)
			user := n.env.AddUser(t, "exception-reader")
			if name == "the CRD" {
				user = n.env.Config
			}
			c.before(t, n)
			n.watch(t, user)
			<-n.x.Listed()
			n.finds("cart", true)
			n.waitForCount(t, 1)
			c.after(t, n)
			n.except(t, "known", known("cart"))
			n.waitForCount(t, 0)
		})
	}
}

// The first settings are applied once the exceptions act: nothing that they
// silence is published before.
func TestThePolicyWaitsForTheExceptions(t *testing.T) {
	o := newOperator(t)
	after := make(chan struct{})
	o.after = after
	o.run(t, o.env.Config)
	envtesting.WaitFor(t, func() error {
		list := &v1alpha1.MeshAuditPolicyList{}
		return o.api.List(t.Context(), list)
	})
	if o.times() > 0 {
		t.Error("settings were applied before the exceptions were known")
	}
	close(after)
	o.waitApplied(t, analysis.Recommended)
}

// Whatever an API server that knows another schema gives, it is read.
func TestReadingAnException(t *testing.T) {
	for name, c := range map[string]struct {
		spec, status any
		checks       int
		err          error
	}{
		"good":                   {map[string]any{"checks": []any{"a/b"}, "reason": "x"}, map[string]any{"matched": int64(1)}, 1, nil},
		"a status of the future": {map[string]any{"checks": []any{"a/b"}, "reason": "x"}, "fine", 1, nil},
		"a spec of the future":   {"*", map[string]any{"matched": int64(1)}, 0, errors.New("spec")},
		"neither":                {"*", "fine", 0, errors.New("spec")},
	} {
		u := &unstructured.Unstructured{Object: map[string]any{"spec": c.spec, "status": c.status}}
		u.SetNamespace("shop")
		u.SetName("known")
		u.SetGeneration(3)
		o, e, v := policy.ReadException(u, checks)
		if o.Namespace != "shop" || o.Name != "known" || o.Generation != 3 || e.Namespace != "shop" || e.Name != "known" ||
			len(e.Checks) != c.checks || (len(v.Rejected) > 0) != (c.err != nil) {
			t.Errorf("%s: %+v, %+v, %+v", name, o, e, v)
		}
	}
}
