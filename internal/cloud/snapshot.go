package cloud

import (
	"context"
	"errors"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// SnapshotOptions say how a snapshot is taken. Options.Inbox is not used.
type SnapshotOptions struct {
	Options
	// Sweeps is how often everything is read, at least once. What is missing
	// and what is left over is told only after two.
	Sweeps int
	// Apart is the time between the end of one sweep and the begin of the next.
	Apart time.Duration
}

// Snapshot reads AWS now, in whatever mode the configuration is and whatever
// the cluster holds. It returns what could be read, how each source answers,
// and an error if App Mesh told nothing, or if ctx ended.
func Snapshot(ctx context.Context, c Config, o SnapshotOptions) (inventory.Batch, []Status, error) {
	o.Inbox = inventory.NewInbox()
	p := New(o.Options)
	w := p.newWorld(c)
	defer w.close()
	w.enter()
	for n := range max(1, o.Sweeps) {
		if n > 0 && pause(ctx, p.Clock, o.Apart) != nil {
			break
		}
		w.round(ctx)
	}
	statuses := p.Sources()
	err := ctx.Err()
	if err == nil && !w.answered[SourceAppMesh] {
		err = errors.New(statuses[0].Message)
	}
	return o.Inbox.Take(), statuses, err
}
