package ingest

import (
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

func TestObjectsArriveAndGo(t *testing.T) {
	for name, listFirst := range map[string]bool{"streaming": false, "list first": true} {
		t.Run(name, func(t *testing.T) {
			env := envtesting.Start(t)
			env.InstallCRDs(t, sidecarCRD)
			ns := env.Namespace(t)
			early, gone := create(t, env, newService(ns, "early")), create(t, env, newSidecar(ns, "early"))
			w := watchWorld(t, env.Config, []inventory.Kind{service, crd, sidecar},
				func(o *Options) { o.listFirst = listFirst })
			w.waitState(service, "", inventory.Listed)
			w.expect(service, ns, "early", true) // in the batch that said Listed
			w.waitState(sidecar, "", inventory.Listed)
			w.expect(sidecar, ns, "early", true)

			create(t, env, newService(ns, "late"))
			create(t, env, newSidecar(ns, "late"))
			w.waitFor(service, ns, "late")
			w.waitFor(sidecar, ns, "late")

			early.Labels = map[string]string{"changed": "yes"}
			update(t, env, early)
			w.wait(func() error {
				o := w.waitFor(service, ns, "early")
				return require(kinds.Services.Of(o).Labels["changed"] == "yes", "the change has not arrived")
			})
			remove(t, env, early)
			remove(t, env, gone)
			w.waitGone(service, ns, "early")
			w.waitGone(sidecar, ns, "early")
			w.expect(service, ns, "late", true)
			w.expect(sidecar, ns, "late", true)
		})
	}
}

func TestTheWholeTable(t *testing.T) {
	env := envtesting.Start(t)
	env.InstallCRDs(t, "networking.istio.io", "security.istio.io", "gateway.networking.k8s.io")
	w := watchWorld(t, env.Config, nil)
	for _, row := range kinds.Rows() {
		want := inventory.Listed
		switch {
		case row.OffByDefault, row.Cloud:
			want = inventory.Off
		case row.Custom && !installed(row):
			want = inventory.NotInstalled
		}
		w.waitState(row.Kind, "", want)
	}
	w.waitFor(namespace, "", "default")
	w.waitFor(service, "default", "kubernetes")
	w.waitFor(crd, "", sidecarCRD)
	if w.lines.String() != "" {
		t.Errorf("log of a cluster where all is well:\n%s", w.lines)
	}
	w.stop()
	noGoroutines(t)
}

func installed(row *kinds.Row) bool {
	switch row.Kind.Group() {
	case "networking.istio.io", "security.istio.io", "gateway.networking.k8s.io":
		return true
	}
	return false
}

func TestSecretsAreOffUntilTurnedOn(t *testing.T) {
	env := envtesting.Start(t)
	ns := env.Namespace(t)
	create(t, env, newSecret(ns, "credential"))
	w := watchWorld(t, env.Config, []inventory.Kind{secret})
	for range 2 {
		w.waitState(secret, "", inventory.Off)
		w.expect(secret, ns, "credential", false)
		w.ingest.SetEnabled(secret, true)
		w.waitState(secret, "", inventory.Listed)
		w.expect(secret, ns, "credential", true)
		w.ingest.SetEnabled(secret, false)
	}
	w.waitState(secret, "", inventory.Off)
	w.expect(secret, ns, "credential", false)
}

func TestConfigMapsAreTheMeshsAndTheNamed(t *testing.T) {
	env := envtesting.Start(t)
	ns := env.Namespace(t)
	mesh := create(t, env, newConfigMap(ns, "istio", map[string]string{kinds.RevisionLabel: "default"}))
	for _, name := range []string{"other", "named"} {
		create(t, env, newConfigMap(ns, name, nil))
	}
	named := []types.NamespacedName{{Namespace: ns, Name: "istio"}, {Namespace: ns, Name: "named"}}
	w := watchWorld(t, env.Config, []inventory.Kind{configMap}, func(o *Options) { o.ConfigMaps = named })
	w.waitState(configMap, ns, inventory.Listed)
	w.waitFor(configMap, ns, "istio")
	w.waitFor(configMap, ns, "named")
	w.expect(configMap, ns, "other", false)

	w.ingest.SetExtraConfigMaps([]types.NamespacedName{{Namespace: ns, Name: "istio"}})
	w.waitGone(configMap, ns, "named")
	w.expect(configMap, ns, "istio", true)

	mesh.Labels = nil // it is still named
	update(t, env, mesh)
	w.wait(func() error {
		o := w.waitFor(configMap, ns, "istio")
		return require(kinds.ConfigMaps.Of(o).Labels == nil, "the label is still there")
	})
	w.ingest.SetExtraConfigMaps(nil)
	w.waitGone(configMap, ns, "istio")
	w.waitState(configMap, ns, inventory.Listed)
}
