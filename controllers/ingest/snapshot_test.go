package ingest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// A snapshot and a watch show the same.
func TestASnapshotIsWhatAWatchShows(t *testing.T) {
	env := envtesting.Start(t)
	env.InstallCRDs(t, sidecarCRD)
	ns := env.Namespace(t)
	create(t, env, newSidecar(ns, "one"))
	create(t, env, newSecret(ns, "one"))
	create(t, env, newConfigMap(ns, "other", nil))
	create(t, env, newConfigMap(ns, "named", nil))
	for i := range 510 { // more than a page
		create(t, env, newConfigMap(ns, fmt.Sprint("mesh-", i), map[string]string{kinds.RevisionLabel: "x"}))
	}
	for _, enabled := range [][]inventory.Kind{nil, {secret}} {
		adjust := func(o *Options) {
			o.Enabled = enabled
			o.ConfigMaps = []types.NamespacedName{{Namespace: ns, Name: "named"}}
		}
		o := Options{Config: env.Config}
		adjust(&o)
		batch, problems, err := Snapshot(t.Context(), o)
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		w := watchWorld(t, env.Config, nil, adjust)
		for _, s := range batch.States {
			w.waitState(s.Kind, s.Scope, s.State)
		}
		w.waitFor(configMap, ns, "named")
		w.stop()
		if len(batch.States) != len(kinds.Rows()) {
			t.Errorf("%d states of %d kinds", len(batch.States), len(kinds.Rows()))
		}
		got, want := slices.SortedFunc(maps.Keys(batch.Objects), inventory.Ref.Compare), w.refs()
		if !slices.Equal(got, want) {
			t.Errorf("%d objects in the snapshot, %d by watch", len(got), len(want))
		}
	}
}

func (w *world) refs() []inventory.Ref {
	w.drain()
	var refs []inventory.Ref
	for _, row := range kinds.Rows() {
		refs = append(refs, w.store.Refs(row.Kind)...)
	}
	slices.SortFunc(refs, inventory.Ref.Compare)
	return refs
}

func TestASnapshotTellsWhatItLacks(t *testing.T) {
	env := envtesting.Start(t)
	env.InstallCRDs(t, sidecarCRD)
	mine, other := env.Namespace(t), env.Namespace(t)
	create(t, env, newService(mine, "one"))
	create(t, env, newService(other, "one"))
	user := env.AddUser(t, "analyst", envtesting.Read("networking.istio.io", "*"))
	env.Grant(t, "analyst", mine, envtesting.Read("", "services", "namespaces"))
	batch, problems, err := Snapshot(t.Context(), Options{
		Config: user, Namespaces: []string{mine, other}, Rows: rows(t, service, namespace, crd, sidecar, secret),
	})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	w.inbox.Update(func(b *inventory.Batch) { *b = batch })
	w.drain()
	for _, want := range []inventory.StateChange{
		{Kind: service, State: inventory.Forbidden},
		{Kind: service, Scope: mine, State: inventory.Listed},
		{Kind: service, Scope: other, State: inventory.Forbidden},
		{Kind: namespace, State: inventory.Forbidden},
		{Kind: namespace, Scope: mine, State: inventory.Listed},
		{Kind: namespace, Scope: other, State: inventory.Forbidden},
		{Kind: crd, State: inventory.Forbidden},
		{Kind: sidecar, State: inventory.Listed},
		{Kind: secret, State: inventory.Off},
	} {
		if got := w.store.State(want.Kind, want.Scope); got != want.State {
			t.Errorf("%s %q is %s, not %s", want.Kind, want.Scope, got, want.State)
		}
	}
	w.expect(service, mine, "one", true)
	w.expect(service, other, "one", false)
	w.expect(namespace, "", mine, true)
	var lacking []string
	for _, p := range problems {
		lacking = append(lacking, string(p.Kind)+"/"+p.Namespace)
	}
	want := []string{string(crd) + "/", "Namespace/", "Namespace/" + other, "Service/", "Service/" + other}
	if !slices.Equal(lacking, want) {
		t.Errorf("problems %v, want %v", lacking, want)
	}
}

func TestASnapshotOfNothingFails(t *testing.T) {
	env := envtesting.Start(t)
	n := &network{cut: true}
	if _, _, err := Snapshot(t.Context(), Options{Config: n.behind(env.Config)}); err == nil {
		t.Error("no error although nothing answers")
	}
}
