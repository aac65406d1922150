package monitoring_test

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
	"github.com/meshaudit/meshaudit/internal/operatortesting"
)

const (
	system  = "meshaudit-system"
	busy    = "sample-migration" // a namespace that has some of everything
	reader  = "prometheus"       // the account that scrapes
	cluster = "eu"
)

// world is a real API server with the samples, a Pod with a proxy, an exception
// that expires, a policy that asks for all metrics, and an AWS that answers.
type world struct {
	*envtesting.Env
	aws *awstest.Server
}

const policy = `
apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditPolicy
metadata: {name: default}
spec:
  ownerLabel: team
  metrics: {findingInfo: true}
  appMesh: {aws: {mode: Required}}`

const exception = `
apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditException
metadata: {name: move, namespace: ` + busy + `}
spec:
  checks: [observability/*]
  reason: access logs come with the next release
  expiresAt: "2100-01-01T00:00:00Z"`

const proxy = `
apiVersion: v1
kind: Pod
metadata: {name: legacy, namespace: ` + busy + `, labels: {app: legacy}}
spec:
  containers:
  - {name: legacy, image: example/legacy:v1}
  - {name: istio-proxy, image: example/proxyv2:1.31.0, resources: {requests: {cpu: 100m, memory: 128Mi}}}`

const mayScrape = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: scraper}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: meshaudit-metrics-reader}
subjects: [{kind: ServiceAccount, name: ` + reader + `, namespace: ` + system + `}]`

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{envtesting.Start(t), awstest.New(t)}
	w.InstallCRDs(t, "meshaudit.io", "networking.istio.io", "security.istio.io", "telemetry.istio.io",
		"gateway.networking.k8s.io", "appmesh.k8s.aws")
	objects := slices.Concat(
		manifests(t, "config/manager/namespace.yaml"), manifests(t, "config/rbac/metrics_reader_role.yaml"),
		manifests(t, "config/samples/*.yaml"), parse(t, policy, exception, proxy, mayScrape),
	)
	slices.SortStableFunc(objects, func(a, b *unstructured.Unstructured) int { return cmp.Compare(turn(a), turn(b)) })
	for _, o := range objects {
		w.apply(t, o)
	}
	w.label(t)
	return w
}

// turn is when an object is made: what others need first, and last what nobody
// answers who is asked by others.
func turn(o *unstructured.Unstructured) int {
	switch o.GetKind() {
	case "Namespace":
		return 0
	case "ServiceAccount":
		return 1
	case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration":
		return 3
	}
	return 2
}

func manifests(t *testing.T, pattern string) (list []*unstructured.Unstructured) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(promtesting.Root(t), pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file %s: %v", pattern, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, parse(t, strings.Split(string(text), "\n---\n")...)...)
	}
	return list
}

func parse(t *testing.T, documents ...string) (list []*unstructured.Unstructured) {
	t.Helper()
	for _, text := range documents {
		o := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), o); err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	return list
}

func (w *world) apply(t *testing.T, o *unstructured.Unstructured) {
	t.Helper()
	if err := w.put(t.Context(), o); err != nil {
		t.Fatalf("apply %s %s: %v", o.GetKind(), o.GetName(), err)
	}
}

func (w *world) put(ctx context.Context, o *unstructured.Unstructured) error {
	configuration := client.ApplyConfigurationFromUnstructured(o)
	return w.Client.Apply(ctx, configuration, client.FieldOwner("story"), client.ForceOwnership)
}

// label gives the busy namespace an owner.
func (w *world) label(t *testing.T) {
	t.Helper()
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"team":"anna"}}}`))
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: busy}}
	if err := w.Client.Patch(t.Context(), ns, patch); err != nil {
		t.Fatal(err)
	}
}

// scraper makes the account that scrapes, and gives its token.
func (w *world) scraper(t *testing.T) string {
	t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: system, Name: reader}}
	if err := w.Client.Create(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	return operatortesting.Account(t, w.Env, system, reader).BearerToken
}
