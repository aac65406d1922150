package kinds

import (
	"maps"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// What an object is called by labels and UID: its own, and of a workload that is
// not in the inventory those that its Pods know.
func TestASubjectIsIdentified(t *testing.T) {
	store := inventory.New(Schema())
	for _, manifest := range []string{`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, uid: d-1, labels: {tier: front}}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: []}}}`, `
apiVersion: v1
kind: Pod
metadata:
  {name: cart-1, namespace: shop, uid: p-1, labels: {app: cart}, ownerReferences: [
    {apiVersion: example.com/v1, kind: Rollout, name: cart, uid: r-1, controller: true}]}
spec: {containers: []}`, `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system, uid: c-1, labels: {release: istio}}
data: {mesh: "accessLogEncoding: XML"}`, `
apiVersion: v1
kind: Namespace
metadata: {name: shop, uid: n-1, labels: {team: web}}`} {
		store.Apply(fromYAML(t, manifest))
	}
	for _, c := range []struct {
		ref    inventory.Ref
		labels map[string]string
		uid    string
	}{
		{Deployments.Ref("shop", "web"), map[string]string{"tier": "front"}, "d-1"},
		{inventory.Ref{Kind: "Rollout.example.com", Namespace: "shop", Name: "cart"}, map[string]string{"app": "cart"}, "r-1"},
		{ConfigMaps.Ref("istio-system", "istio"), map[string]string{"release": "istio"}, "c-1"},
		{Namespaces.Ref("", "shop"), map[string]string{"team": "web"}, "n-1"},
		{inventory.Ref{Kind: "Rollout.example.com", Namespace: "shop", Name: "gone"}, nil, ""},
	} {
		o, ok := store.Get(c.ref)
		if !ok {
			o = &inventory.Object{Ref: c.ref}
		}
		labels, uid := Identify(store, o)
		if !maps.Equal(labels, c.labels) || uid != c.uid {
			t.Errorf("%s: labels %v of %q, want %v of %q", c.ref, labels, uid, c.labels, c.uid)
		}
	}
}
