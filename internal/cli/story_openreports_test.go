package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	reports "github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// acceptPay silences what is said about the route pay.
const acceptPay = `
apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditException
metadata: {name: pay}
spec:
  checks: [routing/unknownhost]
  subjects: [{kind: VirtualService, name: pay}]
  reason: The host comes with the next release.`

// What other tools collect appears where somebody asks for it, says what our own
// report says, and goes without a trace.
func TestOpenReportsSayWhatTheReportSays(t *testing.T) {
	c := newCluster(t)
	c.RemoveCRDs(t, reports.GroupName)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, route("pay", "pay", "pey"))
	r := c.operate(t)
	c.waitForFindings(t, shop, "routing/unknownhost cart", "routing/unknownhost pay")
	r.settle(t)
	if asked := r.which(exporting); len(asked) > 0 {
		t.Errorf("by default, the operator asked for %v", asked)
	}

	c.setPolicy(t, policySpec(t, `export: {openReports: true}`))
	r.waitToSay(t, "OpenReports are written once their CRDs are installed")
	c.InstallCRDs(t, reports.GroupName)
	r.waitToSay(t, "cannot bring OpenReports up to date") // without the right
	c.grantOpenReports(t)
	e := exports{cluster: c, api: openReportsClient(t, c)}
	e.waitFor(t, shop, "fail cart", "fail pay")
	e.waitFor(t, "")
	r.sayOnce(t, "OpenReports are written once", "cannot bring OpenReports up to date")

	c.applyText(t, shop, acceptPay)
	skipped := e.waitFor(t, shop, "fail cart", "skip pay")
	if by := skipped.Results[1].Properties["exception"]; by != shop+"/pay" {
		t.Errorf("silenced by %q", by)
	}
	grant := c.deny(t, schema.GroupResource{Resource: "services"})
	r.cut()
	blind := e.waitForError(t, shop, "routing/unknownhost")
	if p := blind.Properties; p["reason"] != "Forbidden" || !strings.Contains(p["kinds"], "Service") {
		t.Errorf("the error names %v", p)
	}
	grant()
	e.waitFor(t, shop, "fail cart", "skip pay")
	e.endures(t, shop, r)
}

// endures tells of deletion, restart and switch.
func (e exports) endures(t *testing.T, shop string, r *replica) {
	t.Helper()
	before := e.waitFor(t, shop, "fail cart", "skip pay")
	if err := e.api.Delete(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	before = e.waitFor(t, shop, "fail cart", "skip pay")
	r.settle(t)
	r.stop()

	r = e.operate(t)
	r.settle(t)
	e.applyText(t, shop, route("order", "order", "odrer"))
	after := e.waitFor(t, shop, "fail cart", "fail order", "skip pay")
	if after.Generation != before.Generation+1 {
		t.Errorf("a restart and a change wrote %d times", after.Generation-before.Generation)
	}
	theirs := &reports.Report{Source: "other"}
	theirs.Namespace, theirs.Name = shop, "other"
	if err := e.api.Create(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	e.setPolicy(t, policySpec(t, `export: {openReports: false}`))
	e.waitForNone(t, shop)
	e.waitForNone(t, "")
	if err := e.api.Get(t.Context(), client.ObjectKeyFromObject(theirs), theirs); err != nil {
		t.Errorf("what is not ours went, too: %v", err)
	}
	if refused := r.which(func(q request) bool { return exporting(q) && q.refused() }); len(refused) > 0 {
		t.Errorf("config/openreports lacks a right: %v", refused)
	}
}

// exporting tells of a request about anything of openreports.io.
func exporting(q request) bool { return strings.HasPrefix(q.path, "/apis/openreports.io") }

// grantOpenReports applies config/openreports until the story ends.
func (c *cluster) grantOpenReports(t *testing.T) {
	t.Helper()
	const folder = "../../config/openreports"
	for _, file := range []string{"role.yaml", "role_binding.yaml"} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		c.applyText(t, "", string(text))
	}
	t.Cleanup(func() {
		b := &rbacv1.ClusterRoleBinding{}
		b.Name = "meshaudit-openreports"
		if err := c.Client.Delete(context.WithoutCancel(t.Context()), b); err != nil {
			t.Error(err)
		}
	})
	c.waitForRight(t, authorizationv1.ResourceAttributes{
		Verb: "watch", Group: reports.GroupName, Resource: "reports", Name: v1alpha1.ReportName,
	}, true)
}

// waitToSay waits for a line of the log.
func (r *replica) waitToSay(t *testing.T, line string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		if !strings.Contains(r.said(t), line) {
			return fmt.Errorf("the log does not say %q", line)
		}
		return nil
	})
}

func (r *replica) sayOnce(t *testing.T, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if n := strings.Count(r.said(t), line); n != 1 {
			t.Errorf("the log says %d times %q", n, line)
		}
	}
}

// exports are the Reports of a cluster.
type exports struct {
	*cluster

	api client.Client
}

func openReportsClient(t *testing.T, c *cluster) client.Client {
	t.Helper()
	types := runtime.NewScheme()
	if err := reports.Install(types); err != nil {
		t.Fatal(err)
	}
	api, err := client.New(c.Config, client.Options{Scheme: types})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func (e exports) get(t *testing.T, namespace string) (*reports.Report, error) {
	t.Helper()
	r := &reports.Report{}
	var o client.Object = r
	if namespace == "" {
		o = (*reports.ClusterReport)(r)
	}
	return r, e.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, o)
}

// waitFor waits until a Report holds just these, each as "result name".
func (e exports) waitFor(t *testing.T, namespace string, want ...string) *reports.Report {
	t.Helper()
	var r *reports.Report
	envtesting.WaitFor(t, func() (err error) {
		if r, err = e.get(t, namespace); err != nil {
			return err
		}
		var got []string
		for i := range r.Results {
			name := r.Results[i].Policy
			if subjects := r.Results[i].Subjects; len(subjects) > 0 {
				name = subjects[0].Name
			}
			got = append(got, string(r.Results[i].Result)+" "+name)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Errorf("the Report has %q, want %q", got, want)
		}
		return nil
	})
	return r
}

func (e exports) waitForError(t *testing.T, namespace, check string) *reports.ReportResult {
	t.Helper()
	var found *reports.ReportResult
	envtesting.WaitFor(t, func() error {
		r, err := e.get(t, namespace)
		if err != nil {
			return err
		}
		for i := range r.Results {
			if result := &r.Results[i]; result.Policy == check && result.Result == "error" {
				found = result
				return nil
			}
		}
		return fmt.Errorf("no error of %s in %+v", check, r.Results)
	})
	return found
}

func (e exports) waitForNone(t *testing.T, namespace string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		_, err := e.get(t, namespace)
		if err == nil {
			return errors.New("the Report is still there")
		}
		return client.IgnoreNotFound(err)
	})
}
