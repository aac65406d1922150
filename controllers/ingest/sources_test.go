package ingest

import (
	"testing"

	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// idleKind is a kind whose sources a test drives by hand.
func idleKind(t *testing.T, k inventory.Kind) (*world, *kindWatch) {
	t.Helper()
	w := newWorld(t)
	o := Options{Inbox: w.inbox, Rows: rows(t, k)}.withDefaults()
	i := &Ingest{options: o, catalog: &catalog{}, journal: newJournal(w.lines.logger(), clock.RealClock{})}
	kw := i.newKind(o.Rows[0])
	kw.primary = &source{known: names{}}
	return w, kw
}

func services(list ...string) []*inventory.Object {
	var out []*inventory.Object
	for _, name := range list {
		ref := inventory.Ref{Kind: service, Namespace: "ns", Name: name}
		out = append(out, &inventory.Object{Ref: ref, Fault: &inventory.Fault{}})
	}
	return out
}

// After a list that was missed events of, what it lacks is gone.
func TestALaterListDeletesWhatVanished(t *testing.T) {
	w, k := idleKind(t, service)
	k.replace(k.primary, services("a", "b"))
	k.put(k.primary, services("c")[0])
	k.replace(k.primary, services("b", "d"))
	w.drain()
	for name, want := range map[string]bool{"a": false, "b": true, "c": false, "d": true} {
		w.expect(service, "ns", name, want)
	}
	k.remove(k.primary, services("d")[0].Ref)
	w.drain()
	w.expect(service, "ns", "d", false)
}

func TestAnObjectIsThereAsLongAsOneSourceKnowsIt(t *testing.T) {
	w, k := idleKind(t, service)
	other := &source{selection: selection{namespace: "ns", name: "a"}, known: names{}}
	k.others[other.selection] = other
	k.replace(k.primary, services("a"))
	k.replace(other, services("a"))
	k.remove(k.primary, services("a")[0].Ref)
	w.drain()
	w.expect(service, "ns", "a", true)
	k.replace(other, nil)
	w.drain()
	w.expect(service, "ns", "a", false)
}

// The state of a kind and of a namespace, from those of the sources.
func TestStatesOfNamespaces(t *testing.T) {
	listed, denied := health{synced: true}, health{synced: true, listDenied: true}
	for name, c := range map[string]struct {
		primary, namespace, named health
		want                      inventory.State
	}{
		"all is well":                          {listed, listed, listed, inventory.Listed},
		"the namespace makes up":               {denied, listed, listed, inventory.Listed},
		"the namespace does not count":         {listed, denied, listed, inventory.Listed},
		"nothing may be read":                  {denied, denied, listed, inventory.Forbidden},
		"a named object may not be read":       {listed, listed, denied, inventory.Forbidden},
		"a named object has not been read yet": {listed, listed, health{}, inventory.NotSynced},
		"the worse one counts":                 {denied, denied, health{}, inventory.Forbidden},
	} {
		_, k := idleKind(t, configMap)
		k.primary.health = c.primary
		for _, s := range []*source{
			{selection: selection{namespace: "ns", label: "x"}, health: c.namespace},
			{selection: selection{namespace: "ns", name: "named"}, health: c.named},
		} {
			k.others[s.selection] = s
		}
		if got := k.states()["ns"]; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got, want := k.states()[""], c.primary.state(); got != want {
			t.Errorf("%s: the kind is %s, want %s", name, got, want)
		}
	}
}
