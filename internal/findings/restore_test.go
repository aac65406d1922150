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
