package cli

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// twins is a cluster with a mesh and a virtual node, and AWS, which has the same.
type twins struct {
	*cluster

	aws  *awstest.Server
	shop string // namespace
}

// noCredentials hides those of whoever runs the tests: nothing but what a story
// sets may reach an operator.
func noCredentials(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ROLE_ARN",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
	} {
		t.Setenv(name, "")
	}
}

func newTwins(t *testing.T) *twins {
	t.Helper()
	w := &twins{cluster: newCluster(t), aws: awstest.New(t)}
	w.forget(t) // what AWS told an operator of another story
	w.InstallCRDs(t, appMeshGroup)
	t.Cleanup(func() { w.RemoveCRDs(t, appMeshGroup) })
	w.shop = w.Namespace(t)
	noCredentials(t)
	w.aws.Put(awstest.Resource{Type: "mesh", Mesh: "shop"})
	w.listens(8080)
	w.controlled(t, "Mesh", "", "shop", `{}`, "meshARN", awstest.Resource{Type: "mesh", Mesh: "shop"}.ARN())
	w.controlled(t, "VirtualNode", w.shop, "cart", `
meshRef: {name: shop, uid: "`+w.uid(t)+`"}
podSelector: {matchLabels: {app: cart}}
listeners: [{portMapping: {port: 8080, protocol: http}}]
serviceDiscovery: {dns: {hostname: cart.example.com}}`, "virtualNodeARN", w.node("").ARN())
	w.require(t, "")
	return w
}

// require makes the policy one of the checks of AWS alone.
func (w *twins) require(t *testing.T, aws string) {
	t.Helper()
	w.setPolicy(t, policySpec(t, `
checks: [{name: "*", disabled: true}, {name: aws/drift, severity: Medium}, {name: aws/missing, severity: High}]
reports: {quietPeriod: 20ms, minWriteInterval: 50ms}
appMesh: {aws: {`+aws+`}}`))
}

// node is the virtual node in AWS.
func (w *twins) node(spec string) awstest.Resource {
	return awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: "cart_" + w.shop, Spec: spec}
}

// listens makes AWS's virtual node listen on a port; the cluster's has 8080.
func (w *twins) listens(port int) {
	w.aws.Put(w.node(fmt.Sprintf(`{"listeners": [{"portMapping": {"port": %d, "protocol": "http"}}],
		"serviceDiscovery": {"dns": {"hostname": "cart.example.com"}}}`, port)))
}

// controlled makes an object of App Mesh that the controller has brought to AWS.
func (w *twins) controlled(t *testing.T, kind, namespace, name, spec, field, arn string) {
	t.Helper()
	w.applyText(t, namespace, fmt.Sprintf("apiVersion: appmesh.k8s.aws/v1beta2\nkind: %s\nmetadata: {name: %s}", kind, name))
	o := w.object(t, kind, namespace, name)
	var fields map[string]any
	if err := yaml.Unmarshal([]byte(spec), &fields); err != nil {
		t.Fatal(err)
	}
	o.Object["spec"] = fields
	if err := w.Client.Update(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	o.Object["status"] = map[string]any{
		field: arn, "observedGeneration": o.GetGeneration(),
		"conditions": []any{map[string]any{"type": kind + "Active", "status": "True"}},
	}
	if err := w.Client.Status().Update(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

func (w *twins) object(t *testing.T, kind, namespace, name string) *unstructured.Unstructured {
	t.Helper()
	o := &unstructured.Unstructured{}
	o.SetAPIVersion("appmesh.k8s.aws/v1beta2")
	o.SetKind(kind)
	if err := w.Client.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, o); err != nil {
		t.Fatal(err)
	}
	return o
}

func (w *twins) uid(t *testing.T) string {
	t.Helper()
	return string(w.object(t, "Mesh", "", "shop").GetUID())
}

// connect gives operators that start from now on the way to AWS, and credentials.
func (w *twins) connect(t *testing.T) {
	t.Helper()
	for _, v := range w.aws.Environ() {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
}

// waitForSource waits until the cluster's report says this of App Mesh in AWS.
func (w *twins) waitForSource(
	t *testing.T, state v1alpha1.SourceState, reason v1alpha1.SourceReason,
) *v1alpha1.ClusterMeshAuditReport {
	t.Helper()
	r := &v1alpha1.ClusterMeshAuditReport{}
	envtesting.WaitFor(t, func() error {
		*r = v1alpha1.ClusterMeshAuditReport{}
		if err := w.api.Get(t.Context(), client.ObjectKey{Name: v1alpha1.ReportName}, r); err != nil {
			return err
		}
		i := slices.IndexFunc(r.Status.Sources, func(s v1alpha1.SourceStatus) bool { return s.Name == "appmesh" })
		if i < 0 || r.Status.Sources[i].State != state || r.Status.Sources[i].Reason != reason {
			return fmt.Errorf("sources %+v, want appmesh %s %s", r.Status.Sources, state, reason)
		}
		c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionAppMeshAvailable)
		if (c == nil) != (state == v1alpha1.SourceOff) || c != nil && c.Reason != string(reason) {
			return fmt.Errorf("condition %+v, want the reason %s", c, reason)
		}
		return nil
	})
	return r
}
