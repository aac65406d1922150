package ingest

import (
	"slices"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

const crdGroup = "apiextensions.k8s.io"

func TestAForbiddenKindIsRetried(t *testing.T) {
	env := envtesting.Start(t)
	env.InstallCRDs(t, sidecarCRD)
	ns := env.Namespace(t)
	create(t, env, newService(ns, "one"))
	create(t, env, newSidecar(ns, "one"))
	list := []inventory.Kind{service, namespace, crd, sidecar, configMap}
	rights := []rbacv1.PolicyRule{envtesting.Read("", "namespaces"), envtesting.Read(crdGroup, "customresourcedefinitions")}
	user := env.AddUser(t, "retried", rights...)
	w := watchWorld(t, user, list)
	for _, k := range []inventory.Kind{service, sidecar, configMap} {
		w.waitState(k, "", inventory.Forbidden)
	}
	w.waitState(namespace, "", inventory.Listed)
	w.waitFor(namespace, "", ns)
	w.wait(func() error { return require(len(w.lines.about(service)) == 1, "one line about the refusal") })

	rights = append(rights, envtesting.Read("", "services"), envtesting.Read("networking.istio.io", "*"))
	env.Grant(t, "retried", "", rights...)
	w.waitState(service, "", inventory.Listed)
	w.expect(service, ns, "one", true)
	w.waitState(sidecar, "", inventory.Listed)
	w.expect(sidecar, ns, "one", true)
	w.waitState(configMap, "", inventory.Forbidden)
}

// Without a right on CRDs, discovery tells what is installed.
func TestForbiddenCRDsAreDiscovered(t *testing.T) {
	env := envtesting.Start(t)
	env.RemoveCRDs(t, sidecarCRD)
	ns := env.Namespace(t)
	istio := envtesting.Read("networking.istio.io", "*")
	user := env.AddUser(t, "discoverer", istio)
	w := watchWorld(t, user, []inventory.Kind{crd, sidecar})
	w.waitState(crd, "", inventory.Forbidden)
	w.waitState(sidecar, "", inventory.NotInstalled)
	env.InstallCRDs(t, sidecarCRD)
	create(t, env, newSidecar(ns, "one"))
	w.waitFor(sidecar, ns, "one")
	w.waitState(sidecar, "", inventory.Listed)
	// Knowing the CRD must not restart what its discovery started.
	env.Grant(t, "discoverer", "", istio, envtesting.Read(crdGroup, "customresourcedefinitions"))
	w.waitState(crd, "", inventory.Listed)
	w.expect(sidecar, ns, "one", true)
	env.RemoveCRDs(t, sidecarCRD)
	w.waitState(sidecar, "", inventory.NotInstalled)
	w.expect(sidecar, ns, "one", false)
	want := []inventory.State{inventory.NotInstalled, inventory.Listed, inventory.NotInstalled}
	if got := w.history[sidecar]; !slices.Equal(got, want) {
		t.Errorf("states %v, want %v", got, want)
	}
}

// A kind that may be listed and not watched is read again and again, and its
// state does not change with every time.
func TestAKindThatMayBeListedAloneStaysForbidden(t *testing.T) {
	env := envtesting.Start(t)
	ns := env.Namespace(t)
	listOnly := rbacv1.PolicyRule{Verbs: []string{"list"}, APIGroups: []string{""}, Resources: []string{"services"}}
	w := watchWorld(t, env.AddUser(t, "lister", listOnly), []inventory.Kind{service})
	w.waitState(service, "", inventory.Forbidden)
	for _, name := range []string{"one", "two", "three"} {
		create(t, env, newService(ns, name))
		w.waitFor(service, ns, name)
	}
	if got := w.history[service]; slices.Contains(got, inventory.Listed) {
		t.Errorf("states %v", got)
	}
	env.Grant(t, "lister", "", envtesting.Read("", "services"))
	w.waitState(service, "", inventory.Listed)
}

func TestNamespacesAreReadWhereTheClusterMayNotBe(t *testing.T) {
	env := envtesting.Start(t)
	mine, other, foreign := env.Namespace(t), env.Namespace(t), env.Namespace(t)
	for _, ns := range []string{mine, other, foreign} {
		create(t, env, newService(ns, "one"))
	}
	user := env.AddUser(t, "tenant")
	env.Grant(t, "tenant", mine, envtesting.Read("", "services"))
	w := watchWorld(t, user, []inventory.Kind{service, namespace}, func(o *Options) {
		o.Namespaces = []string{mine, other}
		o.Retry = time.Second
	})
	w.waitState(service, mine, inventory.Listed)
	w.waitState(service, other, inventory.Forbidden)
	w.waitState(service, "", inventory.Forbidden)
	w.expect(service, mine, "one", true)
	w.expect(service, other, "one", false)
	remove(t, env, newService(mine, "one"))
	w.waitGone(service, mine, "one")
	create(t, env, newService(mine, "two"))
	w.waitFor(service, mine, "two")

	env.Grant(t, "tenant", "", envtesting.Read("", "services"))
	w.waitState(service, "", inventory.Listed)
	w.waitState(service, other, inventory.Listed)
	w.expect(service, foreign, "one", true)
	w.expect(service, mine, "two", true)
	remove(t, env, newService(mine, "two"))
	w.waitGone(service, mine, "two")
}
