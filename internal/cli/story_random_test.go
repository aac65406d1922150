package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// The operator, which follows one change after the other, and the command
// line, which begins from scratch, say the same.
func TestAfterAnyEditsTheReportsEqualAnAuditFromScratch(t *testing.T) {
	const edits, between = 50, 10
	c := newCluster(t)
	e := &editor{cluster: c, dice: rand.New(rand.NewPCG(20261123, 9)), namespaces: []string{c.Namespace(t), c.Namespace(t)}}
	for _, namespace := range e.namespaces {
		c.applyText(t, namespace, meshPod)
	}
	r := c.operate(t)
	r.settle(t)
	for i := range edits {
		e.edit(t)
		if (i+1)%between == 0 {
			c.waitForSame(t, e.namespaces, r.fromScratch(t, c))
		}
	}
	if drift, err := r.metric(t, "meshaudit_engine_drift_total"); err != nil || drift != 0 {
		t.Errorf("drift %v (%v)", drift, err)
	}
	if refused := r.which(request.refused); len(refused) > 0 {
		t.Errorf("config/rbac lacks a right: %v", refused)
	}
}

// fromScratch is what meshaudit analyze finds, as text, sorted.
func (r *replica) fromScratch(t *testing.T, c *cluster) []string {
	t.Helper()
	var out, errs bytes.Buffer
	args := []string{"analyze", "--kubeconfig", c.kubeconfig(t, r.server), "--output", "json"}
	if code := Execute(t.Context(), args, Streams{Out: &out, Err: &errs}); code != 0 && code != exitFindings {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	var d struct {
		Findings []v1alpha1.Finding `json:"findings"`
	}
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	return texts(t, d.Findings)
}

// waitForSame waits until the reports hold what was found from scratch, which
// must be something in each of the namespaces.
func (c *cluster) waitForSame(t *testing.T, namespaces, want []string) {
	t.Helper()
	for _, namespace := range namespaces {
		if !slices.ContainsFunc(want, func(f string) bool { return strings.Contains(f, namespace) }) {
			t.Errorf("nothing is wrong in %s: the edits are too tame", namespace)
		}
	}
	envtesting.WaitFor(t, func() error {
		all, list := c.reports(t)
		found := all.Status.Findings
		for i := range list {
			found = append(found, list[i].Status.Findings...)
		}
		got := texts(t, found)
		if !slices.Equal(got, want) {
			return fmt.Errorf("only in the reports: %q\nonly from scratch: %q", without(got, want), without(want, got))
		}
		return nil
	})
}

func without(list, others []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(others, s) })
}

// texts writes findings in full, save for what only the operator can know.
func texts(t *testing.T, list []v1alpha1.Finding) []string {
	t.Helper()
	var out []string
	for _, f := range list {
		f.FirstSeen = metav1.Time{}
		if len(f.Equivalents) == 0 {
			f.Equivalents = nil
		}
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	slices.Sort(out)
	return out
}
