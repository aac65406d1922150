package mesh_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestLeavesNone: as the disruption controller computes it, which rounds both
// percentages up.
func TestLeavesNone(t *testing.T) {
	for _, tt := range []struct {
		min, max string
		pods     int32
		want     bool
	}{
		{min: "1", pods: 1, want: true},
		{min: "1", pods: 2},
		{min: "2", pods: 2, want: true},
		{min: "0", pods: 1},
		{min: "51%", pods: 1, want: true},
		{min: "51%", pods: 2, want: true},
		{min: "50%", pods: 2},
		{min: "100%", pods: 9, want: true},
		{max: "0", pods: 9, want: true},
		{max: "0%", pods: 9, want: true},
		{max: "1%", pods: 9},
		{max: "1", pods: 1},
		{min: "most", pods: 1},
		{pods: 1},
	} {
		b := &kinds.PodDisruptionBudget{MinAvailable: amountOf(tt.min), MaxUnavailable: amountOf(tt.max)}
		if got := mesh.LeavesNone(b, tt.pods); got != tt.want {
			t.Errorf("minAvailable %q, maxUnavailable %q of %d: got %t", tt.min, tt.max, tt.pods, got)
		}
	}
}

func amountOf(text string) *intstr.IntOrString {
	if text == "" {
		return nil
	}
	v := intstr.Parse(text)
	return &v
}
