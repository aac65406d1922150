package cli

import (
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// departed tells checks what the cluster has lost and AWS may not yet have. It
// bears the time at which that was seen, which is never before it happened.
func (a *awsSource) departed(changes []inventory.Change) {
	if !a.Reads() {
		return
	}
	now := a.clock.Now()
	a.Inbox.Update(func(b *inventory.Batch) {
		for _, c := range changes {
			if d := kinds.Departure(c.Old, c.New, now); d != nil {
				b.Put(d)
			}
		}
	})
}
