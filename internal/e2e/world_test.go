package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/jsonpath"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
	"github.com/meshaudit/meshaudit/internal/operatortesting"
)

const (
	system  = "meshaudit-system"
	account = "meshaudit-manager"
)

func TestMain(m *testing.M) { os.Exit(operatortesting.Main(m)) }

// world is a cluster with what people look at it by.
type world struct {
	*envtesting.Env
	admin      string // kubeconfig
	metrics    string // address
	prometheus *promtesting.Server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	env := envtesting.Start(t)
	return &world{Env: env, admin: operatortesting.Kubeconfig(t, env.Config)}
}

// startOperator runs the operator as the ServiceAccount that its Pods have.
func (w *world) startOperator(t *testing.T) {
	t.Helper()
	w.metrics = promtesting.FreeAddress(t)
	operatortesting.Start(t, nil, "manager",
		"--kubeconfig", operatortesting.Kubeconfig(t, operatortesting.Account(t, w.Env, system, account)),
		"--leader-elect", "--leader-election-namespace", system, "--health-probe-bind-address", "0",
		"--metrics-bind-address", w.metrics)
}

// kubectl runs a command of kubectl's, which must succeed.
func (w *world) kubectl(t *testing.T, command string) string {
	t.Helper()
	output, err := operatortesting.Shell(t, w.admin, "kubectl "+command)
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", command, err, output)
	}
	return output
}

// kubectlIn runs a command of kubectl's that reads the text.
func (w *world) kubectlIn(t *testing.T, text, command string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "input")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.kubectl(t, command+" <"+file)
}

func (w *world) apply(t *testing.T, manifests ...string) {
	t.Helper()
	w.kubectlIn(t, strings.Join(manifests, "\n---"), "apply -f -")
}

// prints waits until a command prints all of this.
func (w *world) prints(t *testing.T, command string, parts ...string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		output := w.kubectl(t, command)
		for _, part := range parts {
			if !strings.Contains(output, part) {
				return fmt.Errorf("kubectl %s does not print %q:\n%s", command, part, output)
			}
		}
		return nil
	})
}

// object is what a story looks at; without a name, all of the namespace.
type object struct{ apiVersion, kind, namespace, name string }

var (
	report       = object{"meshaudit.io/v1alpha1", "MeshAuditReport", "shop", "mesh-audit"}
	exception    = object{"meshaudit.io/v1alpha1", "MeshAuditException", "shop", "known"}
	openReport   = object{"openreports.io/v1alpha1", "Report", "shop", "mesh-audit"}
	eventsOfShop = object{"v1", "EventList", "shop", ""}
)

// finding is the JSONPath of a field of the finding about the DestinationRule in
// a report, result that of a field of what OpenReports say of it.
func finding(field string) string {
	return `{.status.findings[?(@.subject.kind=="DestinationRule")].` + field + `}`
}

func result(field string) string { return `{.results[?(@.policy=="mtls/modeconflict")].` + field + `}` }

// shows waits until an object reads so at the JSONPath.
func (w *world) shows(t *testing.T, o object, path, want string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		got, err := w.read(t, o, path)
		if err == nil && got != want {
			err = fmt.Errorf("%s %s: %s is %q, want %q", o.kind, o.name, path, got, want)
		}
		return err
	})
}

func (w *world) read(t *testing.T, o object, path string) (string, error) {
	t.Helper()
	content, err := w.content(t, o)
	if err != nil {
		return "", err
	}
	p := jsonpath.New(path).AllowMissingKeys(true)
	if err := p.Parse(path); err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = p.Execute(&b, content)
	return b.String(), err
}

func (w *world) content(t *testing.T, o object) (map[string]any, error) {
	t.Helper()
	if o.name == "" {
		list := &unstructured.UnstructuredList{}
		list.SetAPIVersion(o.apiVersion)
		list.SetKind(o.kind)
		err := w.Client.List(t.Context(), list, client.InNamespace(o.namespace))
		return list.UnstructuredContent(), err
	}
	one := &unstructured.Unstructured{}
	one.SetAPIVersion(o.apiVersion)
	one.SetKind(o.kind)
	err := w.Client.Get(t.Context(), client.ObjectKey{Namespace: o.namespace, Name: o.name}, one)
	return one.Object, err
}

// resolvedAtLast tells that the last Event about the DestinationRule is the good
// news.
func (w *world) resolvedAtLast(t *testing.T) error {
	t.Helper()
	reasons, err := w.read(t, eventsOfShop, `{.items[?(@.involvedObject.name=="ledger")].reason}`)
	if err == nil && !strings.HasSuffix(reasons, "MeshAuditFinding MeshAuditResolved") {
		err = fmt.Errorf("the Events are %s", reasons)
	}
	return err
}

// in is a time from now as kubectl takes it.
func (w *world) in(d time.Duration) string {
	return clock.RealClock{}.Now().Add(d).UTC().Format(time.RFC3339)
}

// exceptionOfRunbook is the one that the runbook of the alert shows, made out
// for the mistake.
func (w *world) exceptionOfRunbook(t *testing.T, lasts time.Duration) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(promtesting.Root(t), "docs", "runbooks", criticalFinding+".md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "kubectl apply -f - <<EOF\n")
	text, _, found := strings.Cut(text, "    EOF\n")
	if !found {
		t.Fatal("the runbook shows no exception")
	}
	text = strings.NewReplacer("\n    ", "\n", "NAMESPACE", "shop", "CHECK", "mtls/modeconflict",
		"KIND", "DestinationRule", "SUBJECT", "ledger").Replace("\n" + text)
	made := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &made); err != nil {
		t.Fatal(err)
	}
	made["spec"].(map[string]any)["expiresAt"] = w.in(lasts)
	out, err := yaml.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
