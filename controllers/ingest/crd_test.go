package ingest

import (
	"slices"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

func TestACRDComesAndGoesTenTimes(t *testing.T) {
	env := envtesting.Start(t)
	env.RemoveCRDs(t, sidecarCRD)
	ns := env.Namespace(t)
	w := watchWorld(t, env.Config, []inventory.Kind{crd, sidecar})
	for range 10 {
		w.waitState(sidecar, "", inventory.NotInstalled)
		w.expect(sidecar, ns, "one", false)
		env.InstallCRDs(t, sidecarCRD)
		create(t, env, newSidecar(ns, "one"))
		w.waitFor(sidecar, ns, "one")
		w.waitState(sidecar, "", inventory.Listed)
		env.RemoveCRDs(t, sidecarCRD)
	}
	w.waitState(sidecar, "", inventory.NotInstalled)
	w.expect(sidecar, ns, "one", false)
	if n := len(w.lines.about(sidecar)); n > 2 {
		t.Errorf("%d lines within a minute:\n%s", n, w.lines)
	}
	once := []inventory.State{inventory.NotInstalled, inventory.Listed}
	for i, state := range w.history[sidecar] {
		if state != once[i%2] {
			t.Fatalf("states %v, want %v again and again", w.history[sidecar], once)
		}
	}
}

func TestTheVersionFollowsTheCRD(t *testing.T) {
	env := envtesting.Start(t)
	env.RemoveCRDs(t, sidecarCRD)
	ns := env.Namespace(t)
	definition := envtesting.CRDs(t, sidecarCRD)[0]
	future := definition.Spec.Versions[0]
	future.Name, future.Served, future.Storage = "v9", true, false
	definition.Spec.Versions = append(definition.Spec.Versions, future)
	env.InstallCRD(t, definition)
	t.Cleanup(func() { env.RemoveCRDs(t, sidecarCRD) })
	create(t, env, newSidecar(ns, "one"))
	w := watchWorld(t, env.Config, []inventory.Kind{crd, sidecar})
	w.waitState(sidecar, "", inventory.Listed)
	served := func(versions ...string) { serve(t, env, versions...) }

	served("v1beta1", "v9")
	w.wait(func() error { return require(w.version() == "v1beta1", "v1 is still watched") })
	create(t, env, newCustom("networking.istio.io/v1beta1", "Sidecar", ns, "two", map[string]any{}))
	w.waitFor(sidecar, ns, "two")
	if states := w.history[sidecar]; !slices.Equal(states, []inventory.State{inventory.Listed}) {
		t.Errorf("states %v: another version is no reason for another state", states)
	}

	served("v9")
	w.waitState(sidecar, "", inventory.SourceUnavailable)
	w.expect(sidecar, ns, "one", true)
	remove(t, env, newCustom("networking.istio.io/v9", "Sidecar", ns, "two", nil))

	served("v1", "v9")
	w.waitState(sidecar, "", inventory.Listed)
	w.expect(sidecar, ns, "one", true)
	w.expect(sidecar, ns, "two", false)
	w.wait(func() error { return require(len(w.lines.about("v9")) == 1, "one line that names the versions") })
}

// version is the one in which Sidecars are watched.
func (w *world) version() string {
	for _, k := range w.ingest.kinds {
		k.mu.Lock()
		primary := k.primary
		k.mu.Unlock()
		if k.row.Kind == sidecar && primary != nil {
			return primary.version
		}
	}
	return ""
}

// serve changes which versions of Sidecars are served.
func serve(t *testing.T, env *envtesting.Env, versions ...string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		definition := &apiextensionsv1.CustomResourceDefinition{}
		if err := env.Client.Get(t.Context(), client.ObjectKey{Name: sidecarCRD}, definition); err != nil {
			return err
		}
		for i := range definition.Spec.Versions {
			v := &definition.Spec.Versions[i]
			v.Served = slices.Contains(versions, v.Name)
		}
		return env.Client.Update(t.Context(), definition)
	})
}

func TestAnUndecodableObjectLeavesTheOthersAlone(t *testing.T) {
	const crdName, kind = "peerauthentications.security.istio.io", inventory.Kind("PeerAuthentication.security.istio.io")
	env := envtesting.Start(t)
	definition := envtesting.CRDs(t, crdName)[0]
	for i := range definition.Spec.Versions {
		v := &definition.Spec.Versions[i]
		v.Schema.OpenAPIV3Schema = anything()
	}
	env.RemoveCRDs(t, crdName)
	env.InstallCRD(t, definition)
	t.Cleanup(func() { env.RemoveCRDs(t, crdName) })
	ns := env.Namespace(t)
	mtls := func(name, mode string) client.Object {
		spec := map[string]any{"mtls": map[string]any{"mode": mode}}
		return newCustom("security.istio.io/v1", "PeerAuthentication", ns, name, spec)
	}
	create(t, env, mtls("early", "FUTURE"))
	create(t, env, mtls("good", "STRICT"))
	w := watchWorld(t, env.Config, []inventory.Kind{crd, kind})
	w.waitState(kind, "", inventory.Listed)
	create(t, env, mtls("late", "FUTURE"))
	for _, name := range []string{"early", "late"} {
		if o := w.waitFor(kind, ns, name); o.Fault == nil {
			t.Errorf("%s has no fault", name)
		}
	}
	create(t, env, mtls("after", "STRICT"))
	for _, name := range []string{"good", "after"} {
		if o := w.waitFor(kind, ns, name); o.Fault != nil {
			t.Errorf("%s has the fault %v", name, o.Fault)
		}
	}
}

func anything() *apiextensionsv1.JSONSchemaProps {
	keep := true
	return &apiextensionsv1.JSONSchemaProps{Type: "object", XPreserveUnknownFields: &keep}
}
