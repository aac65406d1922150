package ingest

import (
	"errors"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

func TestTheLogIsQuiet(t *testing.T) {
	l, c := &lines{}, clocktesting.NewFakePassiveClock(time.Unix(1e9, 0))
	j := newJournal(l.logger(), c)
	expect := func(want ...string) {
		t.Helper()
		j.flush()
		got := l.list
		l.list = nil
		if len(got) != len(want) {
			t.Fatalf("%d lines, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
		}
		for i := range want {
			for word := range strings.FieldsSeq(want[i]) {
				if !strings.Contains(got[i], word) {
					t.Errorf("line %q lacks %q", got[i], word)
				}
			}
		}
	}
	pass := func(d time.Duration) { c.SetTime(c.Now().Add(d)) }
	refused := errors.New("refused")

	j.state(service, inventory.NotSynced, inventory.Listed, nil)
	j.state(secret, inventory.NotSynced, inventory.Off, nil)
	expect()
	j.trouble(service, refused)
	j.trouble(sidecar, refused)
	expect("retried Service Sidecar refused")
	j.trouble(configMap, refused)
	j.recovered(configMap)
	expect()

	j.state(service, inventory.Listed, inventory.Forbidden, refused)
	expect() // too early
	pass(quiet)
	expect("Service refused grant list watch")
	for range 10 { // to and fro
		j.state(service, inventory.Forbidden, inventory.Listed, nil)
		pass(quiet / 20)
		expect()
		j.state(service, inventory.Listed, inventory.Forbidden, refused)
		pass(quiet / 20)
		expect()
	}
	j.state(service, inventory.Forbidden, inventory.Listed, nil)
	j.recovered(sidecar)
	pass(quiet)
	expect("read Service Sidecar")
	j.state(sidecar, inventory.Listed, inventory.NotInstalled, nil)
	pass(quiet)
	expect("installed Sidecar")
}
