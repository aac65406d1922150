package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// kubectl runs a command of the cluster's owner and gives what is printed.
func (c *cluster) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, c.Kubeconfig(), 0o600); err != nil {
		t.Fatal(err)
	}
	tools := cmp.Or(os.Getenv("KUBEBUILDER_ASSETS"), filepath.Join("..", "..", "bin", "controlplane"))
	command := exec.CommandContext(t.Context(), filepath.Join(tools, "kubectl"), append([]string{"--kubeconfig", file}, args...)...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", args, err, output)
	}
	return string(output)
}

// waitForDescription waits until kubectl describes an object with a line like
// this.
func (c *cluster) waitForDescription(t *testing.T, namespace, kind, name, line string) {
	t.Helper()
	want := regexp.MustCompile(line)
	envtesting.WaitFor(t, func() error {
		if got := c.kubectl(t, "describe", "-n", namespace, kind, name); !want.MatchString(got) {
			return fmt.Errorf("no line %s in\n%s", line, got)
		}
		return nil
	})
}

// events lists what we told in a namespace.
func (c *cluster) events(t *testing.T, namespace string) (out []string) {
	t.Helper()
	list := &corev1.EventList{}
	if err := c.Client.List(t.Context(), list, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if e := &list.Items[i]; e.Source.Component == "meshaudit" {
			out = append(out, e.Type+" "+e.InvolvedObject.Name+" "+e.Message)
		}
	}
	return out
}

// Whoever looks at an object learns from kubectl describe that it broke, and
// that it is mended; who restarts the operator hears nothing again.
func TestAnObjectTellsThatItBrokeAndThatItIsMended(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("old", "old", "auld"))
	c.applyText(t, shop, service("kart"))
	c.applyText(t, shop, route("cart", "cart", "kart"))
	r := c.operate(t)
	c.waitForFindings(t, shop, "routing/unknownhost old")
	r.settle(t)

	c.remove(t, "v1", "Service", shop, "kart")
	c.waitForDescription(t, shop, "virtualservice", "cart",
		`Warning +MeshAuditFinding +\S+ +meshaudit +routing/unknownhost: .*kart`)
	c.applyText(t, shop, service("kart"))
	c.waitForDescription(t, shop, "virtualservice", "cart",
		`Normal +MeshAuditResolved +\S+ +meshaudit +No longer: routing/unknownhost: .*kart`)
	r.waitForMetric(t, `meshaudit_events_total{result="written"}`, 2)
	if got := c.events(t, shop); len(got) != 2 || strings.Contains(strings.Join(got, "\n"), "auld") {
		t.Errorf("of what was there before, or twice: %q", got)
	}
	r.stop()

	c.remove(t, "v1", "Service", shop, "kart")
	r = c.operate(t)
	c.waitForFindings(t, shop, "routing/unknownhost cart", "routing/unknownhost old")
	r.settle(t)
	r.waitForMetric(t, `meshaudit_events_total`, 0)
	if got := c.events(t, shop); len(got) != 2 {
		t.Errorf("a restart told %q", got)
	}
	if refused := r.which(request.refused); len(refused) > 0 {
		t.Errorf("config/rbac lacks a right: %v", refused)
	}
}

// An operator that is asked to end tells of what its last writes show.
func TestTheLastWriteIsToldOf(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.setPolicy(t, policySpec(t, `reports: {quietPeriod: 10s, minWriteInterval: 10s}`))
	r := c.operate(t)
	c.waitForFindings(t, shop)
	r.settle(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	r.waitForMetric(t, fmt.Sprintf("meshaudit_findings{namespace=%q,severity=\"High\"}", shop), 1)
	r.stop()
	c.waitForFindings(t, shop, "routing/unknownhost cart")
	if got := c.events(t, shop); len(got) != 1 {
		t.Errorf("told %q", got)
	}
}

// The policy may want no Events.
func TestThePolicySwitchesEventsOff(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.setPolicy(t, policySpec(t, "events: {enabled: false}\nreports: {quietPeriod: 20ms, minWriteInterval: 50ms}"))
	r := c.operate(t)
	r.settle(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.waitForFindings(t, shop, "routing/unknownhost cart")
	r.settle(t)
	r.waitForMetric(t, `meshaudit_events_total`, 0)
	c.setPolicy(t, policySpec(t, `reports: {quietPeriod: 20ms, minWriteInterval: 50ms}`))
	c.waitForPolicyStatus(t, true, "", "")
	c.applyText(t, shop, service("kart"))
	c.waitForDescription(t, shop, "virtualservice", "cart", "Normal +MeshAuditResolved")
	if got := c.events(t, shop); len(got) != 1 {
		t.Errorf("told %q", got)
	}
}

// Events are a courtesy: without the right to write them, reports go on.
func TestWithoutTheRightToWriteEventsReportsGoOn(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	grant := c.withoutEvents(t)
	r := c.operate(t)
	r.settle(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.waitForFindings(t, shop, "routing/unknownhost cart")
	r.waitForMetric(t, `meshaudit_events_total{result="failed"}`, 1)
	r.settle(t)
	grant()
	c.applyText(t, shop, service("kart"))
	c.waitForFindings(t, shop)
	r.waitForMetric(t, `meshaudit_events_total{result="written"}`, 1)
	if refused := r.which(request.refused); len(refused) != 1 {
		t.Errorf("refused: %v", refused)
	}
}

// withoutEvents takes the right to write Events from the operator until the
// story ends, or grant is called.
func (c *cluster) withoutEvents(t *testing.T) (grant func()) {
	t.Helper()
	role := &rbacv1.ClusterRole{}
	if err := c.Client.Get(t.Context(), client.ObjectKey{Name: account}, role); err != nil {
		t.Fatal(err)
	}
	whole := role.DeepCopy()
	kept := role.Rules[:0]
	for _, rule := range role.Rules {
		if rule.APIGroups[0] != "" || rule.Resources[0] != "events" {
			kept = append(kept, rule)
		}
	}
	if len(kept) == len(whole.Rules) {
		t.Fatal(errors.New("there is no such right"))
	}
	role.Rules = kept
	right := authorizationv1.ResourceAttributes{Verb: "create", Resource: "events", Namespace: "default"}
	grant = func() { c.setRole(t, whole); c.waitForRight(t, right, true) }
	c.setRole(t, role)
	c.waitForRight(t, right, false)
	t.Cleanup(grant)
	return grant
}
