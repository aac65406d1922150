package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// examples accept a mistake of the samples, and are what else people write.
const examples = `
apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditException
metadata: {name: quiet, namespace: sample-observability}
spec:
  checks: [observability/*]
  reason: logs come with the next release
  owner: checkout
  expiresAt: "2100-01-01T00:00:00Z"
---
apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditPolicy
metadata: {name: default}`

// looks are commands by which people look at what is found, and what each must
// print, with single blanks between words.
var looks = []struct {
	command string
	prints  []string
}{
	{"get meshaudit -A", []string{ // all of our kinds
		"clustermeshauditreport.meshaudit.io/mesh-audit",
		"sample-mtls meshauditreport.meshaudit.io/mesh-audit 1 ",
		"sample-observability meshauditexception.meshaudit.io/quiet Active", "2100-01-01T00:00:00Z checkout",
		"meshauditpolicy.meshaudit.io/default",
	}},
	{"-n sample-mtls get mar", []string{
		"NAME CRITICAL HIGH MEDIUM LOW SUPPRESSED COMPLETE CHANGED", "mesh-audit 1 ",
	}},
	{"-n sample-observability get mar -o wide", []string{
		"CHANGED INFO NOTEVALUATED TRUNCATED OWNER", "mesh-audit 0 0 0 0",
	}},
	{"get cmar", []string{"NAME CRITICAL HIGH MEDIUM LOW SUPPRESSED COMPLETE CHANGED", "mesh-audit "}},
	{"get cmar -o wide", []string{"CHANGED INFO NOTEVALUATED TRUNCATED HEARTBEAT"}},
	{"get mae -A -o wide", []string{
		"NAMESPACE NAME STATE MATCHED EXPIRES OWNER REFUSED LASTMATCH REASON",
		"sample-observability quiet Active", "2100-01-01T00:00:00Z checkout 0", "logs come with the next release",
	}},
	{"-n sample-mtls wait --for=condition=Complete --timeout=60s mar/mesh-audit", []string{"condition met"}},
	{"wait --for=condition=Complete --timeout=60s cmar/mesh-audit", []string{"condition met"}},
	{"-n sample-gateway describe mar mesh-audit", []string{
		"Check: gateway/missinggateway", "Message: Gateway sample-gateway/public does not exist",
		"Fix: Correct the name, with its namespace", "Message: Every finding is listed.",
	}},
	{"describe cmar", []string{"Check: appmesh/endofsupport", "Message: Mesh \"legacy\" is still there", "Fix: Move the workloads"}},
	{"explain mar.status.findings.fix", []string{"Fix says what to do about it."}},
}

// showWhatIsFound holds that kubectl shows people what they look for.
func showWhatIsFound(t *testing.T, d *demo) {
	t.Helper()
	input := " -f - <<'EOF'" + examples + "\nEOF"
	runCommand(t, d, "kubectl apply"+input)
	for _, look := range looks {
		err := d.await(t.Context(), look.command, func(ctx context.Context) (string, error) {
			output, err := d.cluster.Kubectl(ctx, strings.Fields(look.command)...).CombinedOutput()
			if err != nil {
				return "", fmt.Errorf("%w\n%s", err, output)
			}
			return lacks(string(output), look.prints), nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	runCommand(t, d, "kubectl delete"+input)
}

// lacks says which of the parts a text lacks.
func lacks(text string, parts []string) string {
	for _, part := range parts {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), part) {
			return fmt.Sprintf("no %q in\n%s", part, text)
		}
	}
	return ""
}

// showToViewers holds that whoever may view a namespace may read its report, and
// who may not may not; and that only editors make exceptions.
func showToViewers(t *testing.T, d *demo) {
	t.Helper()
	runCommand(t, d, "kubectl -n sample-mtls create rolebinding anna --clusterrole=view --user=anna")
	runCommand(t, d, "kubectl -n sample-mtls create rolebinding bob --clusterrole=edit --user=bob")
	for _, right := range []struct{ verb, resource, namespace, user, want string }{
		{"get", "meshauditreports", "sample-mtls", "anna", "yes"},
		{"list", "meshauditexceptions", "sample-mtls", "anna", "yes"},
		{"create", "meshauditexceptions", "sample-mtls", "anna", "no"},
		{"update", "meshauditreports", "sample-mtls", "anna", "no"},
		{"get", "meshauditreports", "shop", "anna", "no"},
		{"get", "meshauditreports", "sample-mtls", "carl", "no"},
		{"get", "meshauditreports", "sample-mtls", "bob", "yes"},
		{"create", "meshauditexceptions", "sample-mtls", "bob", "yes"},
		{"update", "meshauditreports", "sample-mtls", "bob", "no"},
	} {
		err := d.await(t.Context(), fmt.Sprint(right), func(ctx context.Context) (string, error) {
			output, _ := d.cluster.Kubectl(ctx, "auth", "can-i", right.verb, right.resource, // no is an error
				"-n", right.namespace, "--as", right.user).CombinedOutput()
			if got := strings.TrimSpace(string(output)); got != right.want {
				return fmt.Sprintf("%s, want %s", got, right.want), nil
			}
			return "", nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	output, err := d.cluster.Kubectl(t.Context(), "-n", "sample-mtls", "get", "mar", "--as", "carl").CombinedOutput()
	if err == nil {
		t.Errorf("a stranger reads a report:\n%s", output)
	}
}
