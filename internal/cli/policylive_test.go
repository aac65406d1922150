package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// The command line says of a cluster what its operator says: by the cluster's
// policy, unless it is given another.
func TestAnAuditOfAClusterObeysItsPolicy(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, known("known", "cart", ""))
	c.setPolicy(t, policySpec(t, `{exceptions: {checks: []}, checks: [{name: routing/unknownhost, severity: Low}]}`))
	another := filepath.Join(t.TempDir(), "policy.yaml")
	text := "apiVersion: meshaudit.io/v1alpha1\nkind: MeshAuditPolicy\nmetadata: {name: default}\n"
	if err := os.WriteFile(another, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	live := c.kubeconfig(t, c.record(t).server)
	audit := func(args ...string) (out, errs bytes.Buffer) {
		args = append([]string{"analyze", "--kubeconfig", live, "--namespace", shop}, args...)
		Execute(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
		return out, errs
	}
	if out, _ := audit(); !strings.Contains(out.String(), "Low ") || strings.Contains(out.String(), "Silenced") {
		t.Errorf("by the cluster's policy:\n%s", &out)
	}
	if out, _ := audit("--policy", another); !strings.Contains(out.String(), "High ") || !strings.Contains(out.String(), "Silenced") {
		t.Errorf("by another policy:\n%s", &out)
	}
	c.deny(t, schema.GroupResource{Group: v1alpha1.GroupName, Resource: "meshauditpolicies"})
	if out, errs := audit(); !strings.Contains(out.String(), "High ") ||
		!strings.Contains(errs.String(), "error: meshauditpolicies.meshaudit.io: ") {
		t.Errorf("without the right to read it:\n%s\n%s", &out, &errs)
	}
}
