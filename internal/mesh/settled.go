package mesh

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Clock is a reader that knows what has passed, as the pass of a check is one.
type Clock interface {
	inventory.Reader
	Reached(t time.Time) bool
}

// Settled tells whether a Pod runs and was made longer ago than the policy's
// grace period, so that what it shows is no passing state.
func Settled(c Clock, p *kinds.Pod) bool {
	return p.Live() && p.Phase == corev1.PodRunning && Aged(c, p)
}

// Aged tells whether a Pod was made longer ago than the policy's grace period.
func Aged(c Clock, p *kinds.Pod) bool {
	return c.Reached(p.Created.Add(kinds.Thresholds(c).GracePeriod))
}

// Share is how messages speak of a part of the Pods: by all or some, and never
// by a number, so that scaling changes no report.
func Share(all bool) string {
	if all {
		return "all"
	}
	return "some"
}
