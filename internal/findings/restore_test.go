package findings_test

import (
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// A replica that becomes the leader reads reports back that tell of what it
// knows itself: nothing is shown twice, and the earlier time counts.
func TestWhatIsKnownIsNotRestoredTwice(t *testing.T) {
	b := open(t)
	old := findings.Finding{Finding: found(broken, "cart", "a"), FirstSeen: b.now.Add(-time.Hour), Stale: true}
	b.result("cart", found(broken, "cart", "a"))
	b.blind("cart", inventory.Forbidden, broken)
	b.Restore("shop", []findings.Finding{old, old})
	b.shows("High a 60 stale")
	b.result("cart", found(broken, "cart", "a"))
	b.shows("High a 60")
}

// A workload of a kind that nobody reads is known by its Pods alone: while
// these cannot be read, it cannot be said to be gone.
func TestAWorkloadThatOnlyPodsTellOfIsKept(t *testing.T) {
	b := open(t)
	rollout := found(broken, "cart", "a")
	rollout.Subject.Kind = "Rollout.example.com"
	b.state("Route", inventory.NotSynced) // from which the subjects of the check come
	b.Restore("shop", []findings.Finding{{Finding: rollout, FirstSeen: b.now}})
	b.shows("High a 0 stale")
	b.state("Route", inventory.Listed)
	b.shows()
}

// The first lists may be older than the reports, by which an object, or what is
// wrong with it, is not there yet: what comes a moment later is not new.
func TestWhatTheFirstListsLackKeepsItsTime(t *testing.T) {
	hour := findings.Finding{Finding: found(broken, "cart", "a")}
	for name, c := range map[string]struct {
		list  func(*book)
		after time.Duration
		want  string
	}{
		"the object":                {func(*book) {}, time.Minute, "High a 61"},
		"what is wrong with it":     {func(b *book) { b.result("cart") }, time.Minute, "High a 61"},
		"broken anew a while later": {func(b *book) { b.result("cart") }, 2 * time.Minute, "High a 0"},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			hour.FirstSeen = b.now.Add(-time.Hour)
			b.Restore("shop", []findings.Finding{hour})
			c.list(b)
			b.shows()
			b.now = b.now.Add(c.after)
			b.result("cart", found(broken, "cart", "a"))
			b.shows(c.want)
		})
	}
}

// Nor is what comes a moment after its namespace, however long that is unknown;
// unless the report is gone meanwhile.
func TestWhatStandsInAnUnknownNamespaceKeepsItsTime(t *testing.T) {
	for name, want := range map[string]string{"the report stands": "High a 70", "the report is gone": "High a 0"} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			b.DeleteNamespace("shop")
			b.Restore("shop", []findings.Finding{{
				Finding: found(broken, "cart", "a"), FirstSeen: b.now.Add(-time.Hour),
			}})
			b.now = b.now.Add(9 * time.Minute)
			b.state("Node", inventory.Listed)
			if name == "the report is gone" {
				b.Forget("shop")
			}
			b.SetNamespace(findings.Namespace{Name: "shop"})
			b.now = b.now.Add(time.Minute)
			b.result("cart", found(broken, "cart", "a"))
			b.shows(want)
		})
	}
}

// A replica that becomes the leader and has seen that nothing is wrong any
// longer does not learn for ever since when something was.
func TestWhatIsFixedIsNotRememberedForEver(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "b"))
	b.Restore("shop", []findings.Finding{{Finding: found(broken, "cart", "a"), FirstSeen: b.now.Add(-time.Hour)}})
	b.shows("High b 0")
	b.now = b.now.Add(2 * time.Minute)
	b.result("cart", found(broken, "cart", "a"))
	b.shows("High a 0")
}
