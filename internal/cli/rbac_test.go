package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

const (
	rbacFolder = "../../config/rbac"
	system     = "meshaudit-system"  // the operator's namespace there
	account    = "meshaudit-manager" // its service account, its role, and the binding of the two
)

// authorize makes the operator's account and gives it the rights that
// config/rbac grants, and no others.
func (c *cluster) authorize(t *testing.T) {
	t.Helper()
	c.applyObject(t, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": system},
	}})
	for _, file := range kustomization(t) {
		text, err := os.ReadFile(filepath.Join(rbacFolder, file))
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			c.applyText(t, "", document)
		}
	}
	for _, right := range []authorizationv1.ResourceAttributes{
		{Verb: "watch", Resource: "services"},
		{Verb: "update", Group: "coordination.k8s.io", Resource: "leases", Namespace: system},
		{Verb: "create", Group: "authentication.k8s.io", Resource: "tokenreviews"},
	} {
		c.waitForRight(t, right, true)
	}
}

// waitForRight waits until the API server grants or denies the operator a
// right, which it does a moment after the roles say so.
func (c *cluster) waitForRight(t *testing.T, right authorizationv1.ResourceAttributes, granted bool) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "system:serviceaccount:" + system + ":" + account, ResourceAttributes: &right,
		}}
		err := c.Client.Create(context.WithoutCancel(t.Context()), review)
		if err == nil && review.Status.Allowed != granted {
			err = fmt.Errorf("the right %+v is granted: %t", right, review.Status.Allowed)
		}
		return err
	})
}

// kustomization lists the files that are deployed.
func kustomization(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(rbacFolder, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var k struct{ Resources []string }
	if err := yaml.Unmarshal(text, &k); err != nil {
		t.Fatal(err)
	}
	return k.Resources
}

// deny takes the right to watch resources from the operator until the story
// ends, or grant is called.
func (c *cluster) deny(t *testing.T, resources ...schema.GroupResource) (grant func()) {
	t.Helper()
	role := &rbacv1.ClusterRole{}
	if err := c.Client.Get(t.Context(), client.ObjectKey{Name: account}, role); err != nil {
		t.Fatal(err)
	}
	whole := role.DeepCopy()
	for i := range role.Rules {
		rule := &role.Rules[i]
		rule.Resources = slices.DeleteFunc(rule.Resources, func(name string) bool {
			return slices.Contains(resources, schema.GroupResource{Group: rule.APIGroups[0], Resource: name})
		})
	}
	set := func(role *rbacv1.ClusterRole, granted bool) {
		c.setRole(t, role)
		for _, r := range resources {
			right := authorizationv1.ResourceAttributes{Verb: "watch", Group: r.Group, Resource: r.Resource}
			c.waitForRight(t, right, granted)
		}
	}
	set(role, false)
	grant = func() { set(whole, true) }
	t.Cleanup(grant)
	return grant
}

func (c *cluster) setRole(t *testing.T, role *rbacv1.ClusterRole) {
	t.Helper()
	role.ResourceVersion = ""
	if err := c.Client.Update(context.WithoutCancel(t.Context()), role); err != nil {
		t.Fatal(err)
	}
}
