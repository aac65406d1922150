package cli

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// meshPod is a Pod in the mesh; that it has no NetworkPolicy is an opinion.
const meshPod = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}, annotations: {sidecar.istio.io/status: "{}"}}
spec:
  containers:
    - {name: web, image: example/web}
    - name: istio-proxy
      image: example/proxy
      args: [proxy, sidecar]
      resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: "1", memory: 1Gi}}`

// What the policy says of reports changes them, and evaluates nothing again.
func TestThePolicyChangesReportsWithoutEvaluation(t *testing.T) {
	const missing, unknown = "networkpolicy/missing", "routing/unknownhost"
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, meshPod)
	r := c.operate(t)
	c.waitForSeverities(t, shop, map[string]v1alpha1.Severity{missing: "Info", unknown: "High"})
	r.settle(t)
	evaluations := r.evaluations(t)
	for _, step := range []struct {
		policy string
		want   map[string]v1alpha1.Severity
	}{
		{`profile: Strict`, map[string]v1alpha1.Severity{missing: "Medium", unknown: "High"}},
		{`profile: Core`, map[string]v1alpha1.Severity{unknown: "High"}},
		{`checks: [{name: routing/*, severity: Low}]`, map[string]v1alpha1.Severity{missing: "Info", unknown: "Low"}},
		{`checks: [{name: routing/unknownhost, disabled: true}]`, map[string]v1alpha1.Severity{missing: "Info"}},
		{`namespaces: {exclude: {names: [` + shop + `]}}`, nil},
		{`ownerLabel: team`, map[string]v1alpha1.Severity{missing: "Info", unknown: "High"}},
	} {
		c.setPolicy(t, policySpec(t, step.policy+"\nreports: {quietPeriod: 20ms, minWriteInterval: 50ms}"))
		c.waitForSeverities(t, shop, step.want)
	}
	c.dropPolicy(t)
	r.settle(t)
	if now := r.evaluations(t); now != evaluations {
		t.Errorf("%v steps of evaluation for the policy's sake", now-evaluations)
	}
}

// The API server lets through what only the operator can tell to be wrong.
func TestTheStatusOfThePolicyNamesWhatIsNotInForce(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.operate(t)
	c.setPolicy(t, policySpec(t, `
namespaces: {exclude: {selector: {matchExpressions: [{key: team, operator: In}]}}}
checks: [{name: no/such, disabled: true}, {name: routing/unknownhost, severity: Low}]`))
	c.waitForSeverities(t, shop, map[string]v1alpha1.Severity{"routing/unknownhost": "Low"})
	c.waitForPolicyStatus(t, false, "spec.namespaces.exclude.selector", "no/such")
	c.setPolicy(t, policySpec(t, `profile: Core`))
	c.waitForPolicyStatus(t, true, "", "")
}

func (c *cluster) waitForPolicyStatus(t *testing.T, accepted bool, rejected, unmatched string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		p := &v1alpha1.MeshAuditPolicy{}
		err := c.api.Get(t.Context(), client.ObjectKey{Name: v1alpha1.PolicyName}, p)
		s := &p.Status
		is := meta.FindStatusCondition(s.Conditions, v1alpha1.ConditionAccepted)
		names := slices.ContainsFunc(s.Rejected, func(r v1alpha1.Rejection) bool { return r.Field == rejected })
		if is == nil || is.ObservedGeneration != p.Generation || (is.Status == "True") != accepted ||
			names == accepted || slices.Contains(s.UnmatchedPatterns, unmatched) == accepted {
			return fmt.Errorf("status %+v (%w)", s, err)
		}
		return err
	})
}

// waitForSeverities waits until the report holds one finding of each of these
// checks; nil stands for no report.
func (c *cluster) waitForSeverities(t *testing.T, namespace string, want map[string]v1alpha1.Severity) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		r := &v1alpha1.MeshAuditReport{}
		err := c.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, r)
		if want == nil && err == nil {
			return errors.New("the report is still there")
		}
		if want == nil {
			return client.IgnoreNotFound(err)
		}
		if err != nil {
			return err
		}
		got := map[string]v1alpha1.Severity{}
		for _, f := range r.Status.Findings {
			got[f.Check] = f.Severity
		}
		if len(r.Status.Findings) != len(want) || fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Errorf("findings %v, want %v", got, want)
		}
		return nil
	})
}

func policySpec(t *testing.T, text string) v1alpha1.MeshAuditPolicySpec {
	t.Helper()
	var spec v1alpha1.MeshAuditPolicySpec
	if err := yaml.UnmarshalStrict([]byte(text), &spec); err != nil {
		t.Fatal(err)
	}
	return spec
}
