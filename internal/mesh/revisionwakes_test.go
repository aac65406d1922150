package mesh_test

import (
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/engine"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestRolloutsWakeNobody: what decides about all workloads is read so narrowly
// that the everyday life of a control plane wakes none of them.
func TestRolloutsWakeNobody(t *testing.T) {
	const node = "\n---\napiVersion: v1\nkind: Node\nmetadata: {name: NAME}\nstatus: {nodeInfo: {kubeletVersion: vVERSION}}\n"
	nodeOf := func(name, version string) string {
		return strings.NewReplacer("NAME", name, "VERSION", version).Replace(node)
	}
	const others = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: certificates}
webhooks:
  - name: pods.example.com
    clientConfig: {service: {name: certificates, namespace: certificates}}
    rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
`
	at := istiodOf("", "example/pilot:1.31.0", "")
	start := charts("default") + at + nodeOf("old", "1.33.1") + nodeOf("new", "1.34.1")

	runs := 0
	e := engine.New(engine.Config{
		Schema: kinds.Schema(), Broken: func(p analysis.Panic) { t.Error(p) },
		Checks: []analysis.Check{{Category: "a", Analyzer: &analysis.Analyzer{
			Name: "b", Subject: kinds.Namespaces.Name, Run: func(p *analysis.Pass) {
				if p.Subject().Ref.Name == "shop" {
					runs++
				}
				d := mesh.Decide(p, kinds.Namespaces.Of(p.Subject()), podWith(inject+"true"))
				if mesh.Native(p, d, podWith("")) != mesh.Yes {
					p.Report("", "not native: %+v", d)
				}
				mesh.ResolveRevision(p, "")
			},
		}}},
	})
	apply := func(text string) {
		e.Apply(inventory.Batch{
			Objects: manifests.Load([]string{manifests.Stdin}, strings.NewReader(text)).Batch(false).Objects,
		})
		e.Evaluate(time.Time{}, nil)
	}
	var all inventory.Batch
	for _, row := range kinds.Rows() {
		all.SetState(row.Kind, "", inventory.Listed)
	}
	e.Apply(all)
	apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n" + start)
	for _, tt := range []struct {
		name, text string
		wakes      bool
	}{
		{"scaled", strings.Replace(at, "  template:", "  replicas: 3\n  template:", 1), false},
		{"restarted", strings.Replace(at, "{labels: {app: istiod, istio: pilot}}", "{labels: {app: istiod, istio: pilot}, annotations: {at: now}}", 1), false},
		{"upgraded", strings.ReplaceAll(at, "1.31.0", "1.31.1"), true},
		{"another's webhook", others, false},
		{"another revision's", charts("canary"), true},
		{"the newer node is upgraded", nodeOf("new", "1.35.0"), false},
		{"a node joins", nodeOf("third", "1.34.0"), false},
		{"the oldest node is upgraded", nodeOf("old", "1.34.0"), true},
		{"any Service", "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n", false},
		{"a tag's Service", tagByService("istio-system", "prod", "default"), true},
	} {
		before := runs
		apply(tt.text)
		if got := runs > before; got != tt.wakes {
			t.Errorf("%s: woken %v, want %v", tt.name, got, tt.wakes)
		}
	}
	e.Results(func(r *analysis.Result) { t.Errorf("%+v", r) })
}
