package report_test

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// For a moment there may be two leaders. What the other one has seen for longer
// is no edit to undo, or the two would write for ever.
func TestAnotherReplicasEarlierTimeIsTakenOver(t *testing.T) {
	s := begin(t)
	shop := s.namespace(t)
	s.find(unknownHost, shop, "cart")
	s.run(t)
	s.settle(t)
	theirs := s.report(t, shop)
	theirs.Status.Findings[0].FirstSeen.Time = theirs.Status.Findings[0].FirstSeen.Add(-2 * time.Second)
	if err := s.api.Status().Update(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	s.find(noPort, shop, "card")
	envtesting.WaitFor(t, func() error {
		got := s.report(t, shop).Status.Findings
		if len(got) != 2 || !got[0].FirstSeen.Equal(&theirs.Status.Findings[0].FirstSeen) {
			return fmt.Errorf("%+v", got)
		}
		return nil
	})
}

// A heartbeat in the future, by hand or by a wrong clock, would look alive for
// as long.
func TestAHeartbeatInTheFutureIsCorrected(t *testing.T) {
	s := begin(t)
	s.run(t)
	s.settle(t)
	all := s.cluster(t)
	all.Status.LastHeartbeat = metav1.NewTime(s.clock.Now().Add(48 * time.Hour))
	if err := s.api.Status().Update(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	envtesting.WaitFor(t, func() error {
		if got := s.cluster(t).Status.LastHeartbeat; got.After(s.clock.Now()) {
			return fmt.Errorf("heartbeat %s", got)
		}
		return nil
	})
}
