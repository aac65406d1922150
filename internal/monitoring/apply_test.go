package monitoring_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/monitoring/dashboards"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
	"github.com/meshaudit/meshaudit/internal/operatortesting"
)

// ownKinds finds the commands of the runbooks that read what MeshAudit writes.
var ownKinds = regexp.MustCompile(`(?m)^    (kubectl .*get (?:cluster)?mesh.*)$`)

// tryRunbooks holds that the commands of the runbooks that read MeshAudit's
// kinds work.
func (w *world) tryRunbooks(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(promtesting.Root(t), "docs", "runbooks", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	tried := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ownKinds.FindAllStringSubmatch(string(text), -1) {
			command := strings.ReplaceAll(m[1], "NAMESPACE", busy)
			if !tried[command] {
				tried[command] = true
				w.shell(t, command)
			}
		}
	}
	if len(tried) < 5 {
		t.Errorf("the runbooks have %d commands", len(tried))
	}
}

// shell runs a command, which must succeed, and gives what it prints.
func (w *world) shell(t *testing.T, command string) string {
	t.Helper()
	output, err := operatortesting.Shell(t, operatortesting.Kubeconfig(t, w.Config), command)
	if err != nil {
		t.Errorf("%s: %v\n%s", command, err, output)
	}
	return output
}

// tryConfigMaps holds that the dashboards can be applied, for Grafana's sidecar
// to find, and that the rules and the monitor can be built.
func (w *world) tryConfigMaps(t *testing.T) {
	t.Helper()
	namespace := w.Namespace(t)
	w.shell(t, "kubectl apply -n "+namespace+" -k config/grafana")
	list := &corev1.ConfigMapList{}
	found := client.MatchingLabels{"grafana_dashboard": "1"}
	if err := w.Client.List(t.Context(), list, client.InNamespace(namespace), found); err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != len(dashboards.All()) {
		t.Errorf("%d ConfigMaps, want %d", len(list.Items), len(dashboards.All()))
	}
	built := w.shell(t, "kubectl kustomize config/prometheus")
	for _, kind := range []string{"PrometheusRule", "ServiceMonitor"} {
		if !strings.Contains(built, "\nkind: "+kind+"\n") {
			t.Errorf("no %s in config/prometheus", kind)
		}
	}
}
