package envtesting

import (
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// AddUser makes a user who has the rights given in the whole cluster, and no
// others but those of every authenticated user, and gives the user's access.
// The name must be the test's own.
func (e *Env) AddUser(tb testing.TB, name string, rules ...rbacv1.PolicyRule) *rest.Config {
	tb.Helper()
	user, err := e.plane.AddUser(envtest.User{Name: name}, e.Config)
	if err != nil {
		tb.Fatalf("add the user %s: %v", name, err)
	}
	e.Grant(tb, name, "", rules...)
	return user.Config()
}

// Grant replaces what a user may do in a namespace, or, without one, in the
// whole cluster. No rule takes all rights there away.
func (e *Env) Grant(tb testing.TB, user, namespace string, rules ...rbacv1.PolicyRule) {
	tb.Helper()
	meta := metav1.ObjectMeta{Name: user, Namespace: namespace}
	subjects := []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}}
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user}
	if namespace == "" {
		role := &rbacv1.ClusterRole{ObjectMeta: meta}
		e.apply(tb, role, func() { role.Rules = rules })
		binding := &rbacv1.ClusterRoleBinding{ObjectMeta: meta}
		e.apply(tb, binding, func() { binding.RoleRef, binding.Subjects = ref, subjects })
		return
	}
	ref.Kind = "Role"
	role := &rbacv1.Role{ObjectMeta: meta}
	e.apply(tb, role, func() { role.Rules = rules })
	binding := &rbacv1.RoleBinding{ObjectMeta: meta}
	e.apply(tb, binding, func() { binding.RoleRef, binding.Subjects = ref, subjects })
}

func (e *Env) apply(tb testing.TB, o client.Object, mutate func()) {
	tb.Helper()
	_, err := controllerutil.CreateOrUpdate(lasting(tb), e.Client, o, func() error { mutate(); return nil })
	if err != nil {
		tb.Fatalf("apply %T %s: %v", o, o.GetName(), err)
	}
}

// Read is the right to get, list and watch resources of an API group.
func Read(group string, resources ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		Verbs: []string{"get", "list", "watch"}, APIGroups: []string{group}, Resources: resources,
	}
}
