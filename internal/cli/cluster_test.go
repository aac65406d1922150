package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"testing"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// cluster is a real API server with our CRDs and Istio's, and with the
// operator's rights.
type cluster struct {
	*envtesting.Env

	api client.Client // knows our kinds
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	env := envtesting.Start(t)
	env.InstallCRDs(t, v1alpha1.GroupName, "networking.istio.io", "security.istio.io")
	types := runtime.NewScheme()
	if err := errors.Join(v1alpha1.AddToScheme(types), coordinationv1.AddToScheme(types)); err != nil {
		t.Fatal(err)
	}
	api, err := client.New(env.Config, client.Options{Scheme: types})
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{Env: env, api: api}
	c.authorize(t)
	return c
}

// route is a VirtualService that sends one host to another.
func route(name, host, target string) string {
	return fmt.Sprintf(`
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: %s}
spec:
  hosts: [%s]
  http: [{route: [{destination: {host: %s}}]}]`, name, host, target)
}

func service(name string) string {
	return fmt.Sprintf(`
apiVersion: v1
kind: Service
metadata: {name: %s}
spec:
  ports: [{name: http, port: 80}]`, name)
}

// peerPolicy is a PeerAuthentication for its whole namespace.
func peerPolicy(name, mode string) string {
	return fmt.Sprintf(`
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: %s}
spec: {mtls: {mode: %s}}`, name, mode)
}

// applyText makes the object, or makes it equal.
func (c *cluster) applyText(t *testing.T, namespace, text string) {
	t.Helper()
	o := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), o); err != nil {
		t.Fatal(err)
	}
	if namespace != "" {
		o.SetNamespace(namespace)
	}
	c.applyObject(t, o)
}

func (c *cluster) applyObject(t *testing.T, o *unstructured.Unstructured) {
	t.Helper()
	err := c.Client.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o),
		client.FieldOwner("story"), client.ForceOwnership)
	if err != nil {
		t.Fatalf("apply %s %s: %v", o.GetKind(), o.GetName(), err)
	}
}

// remove deletes an object.
func (c *cluster) remove(t *testing.T, apiVersion, kind, namespace, name string) {
	t.Helper()
	o := &unstructured.Unstructured{}
	o.SetAPIVersion(apiVersion)
	o.SetKind(kind)
	o.SetNamespace(namespace)
	o.SetName(name)
	if err := client.IgnoreNotFound(c.Client.Delete(t.Context(), o)); err != nil {
		t.Fatal(err)
	}
}

// setPolicy makes the policy this until the story ends. The operator writes its
// status meanwhile.
func (c *cluster) setPolicy(t *testing.T, spec v1alpha1.MeshAuditPolicySpec) {
	t.Helper()
	if err := retry.RetryOnConflict(retry.DefaultBackoff, func() error { return c.writePolicy(t, spec) }); err != nil {
		t.Fatal(err)
	}
}

func (c *cluster) writePolicy(t *testing.T, spec v1alpha1.MeshAuditPolicySpec) error {
	t.Helper()
	p := &v1alpha1.MeshAuditPolicy{}
	p.Name = v1alpha1.PolicyName
	err := client.IgnoreNotFound(c.api.Get(t.Context(), client.ObjectKeyFromObject(p), p))
	p.Spec = spec
	if p.ResourceVersion != "" {
		return cmp.Or(err, c.api.Update(t.Context(), p))
	}
	t.Cleanup(func() { c.dropPolicy(t) })
	return cmp.Or(err, c.api.Create(t.Context(), p))
}

func (c *cluster) dropPolicy(t *testing.T) {
	t.Helper()
	p := &v1alpha1.MeshAuditPolicy{}
	p.Name = v1alpha1.PolicyName
	if err := client.IgnoreNotFound(c.api.Delete(context.WithoutCancel(t.Context()), p)); err != nil {
		t.Fatal(err)
	}
}
