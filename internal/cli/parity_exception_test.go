package cli

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// marks are the findings of an audit on the command line by their ID, with the
// exception that silences each.
func marks(t *testing.T, args ...string) map[string]string {
	t.Helper()
	var out, errs bytes.Buffer
	code := Execute(t.Context(), append([]string{"analyze", "--output", "json"}, args...),
		Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
	var d struct {
		Findings []struct {
			ID           string `json:"id"`
			SuppressedBy string `json:"suppressedBy"`
		} `json:"findings"`
	}
	if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		t.Fatalf("%q: exit code %d, %v\n%s", args, code, err, &errs)
	}
	got := map[string]string{}
	for _, f := range d.Findings {
		got[f.ID] = f.SuppressedBy
	}
	return got
}

// expectSameInFiles expects that the command line says what the report does, of
// the files that made the cluster what it is, and of the cluster itself.
func (c *cluster) expectSameInFiles(t *testing.T, namespace string, r *v1alpha1.MeshAuditReport) {
	t.Helper()
	want := map[string]string{}
	for i := range r.Status.Findings {
		want[r.Status.Findings[i].ID] = r.Status.Findings[i].SuppressedBy
	}
	in := "\nmetadata: {namespace: " + namespace + ", "
	write := func(name string, documents ...string) string {
		file := filepath.Join(t.TempDir(), name)
		text := strings.ReplaceAll(strings.Join(documents, "\n---"), "\nmetadata: {", in)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	routes := write("routes.yaml", route("cart", "cart", "kart"), route("pay", "pay", "pey"))
	exceptions := write("known.yaml", known("known", "cart", "owner: team-shop"))
	live := c.kubeconfig(t, c.record(t).server)
	for name, got := range map[string]map[string]string{
		"--exceptions": marks(t, "--file", routes, "--exceptions", exceptions),
		"--file":       marks(t, "--file", routes, "--file", exceptions),
		"a cluster":    marks(t, "--kubeconfig", live, "--namespace", namespace),
	} {
		if !maps.Equal(got, want) {
			t.Errorf("by %s the findings are %v, in the report %v", name, got, want)
		}
	}
}
