package load

import (
	"context"
	"os"
	"testing"
	"time"
)

// BenchmarkLoad fills a mesh of 5,000 Pods and churns it for 15 seconds at a
// rate that no machine keeps, to tell what this one takes. The second and later
// runs only churn.
func BenchmarkLoad(b *testing.B) {
	m := New(SizeOf(5000), 1)
	objects := 0
	for _, n := range m.Counts() {
		objects += n
	}
	for b.Loop() {
		began := time.Now()
		if err := m.Fill(b.Context(), plane.Config, os.Stderr); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(objects)/time.Since(began).Seconds(), "objects/s")
		ctx, cancel := context.WithTimeout(b.Context(), 15*time.Second)
		began = time.Now()
		done, err := m.Churn(ctx, plane.Config, Rates{PodRestarts: 800, Rollouts: 40, ConfigEdits: 800, Relabels: 800}, 1)
		cancel()
		if err != nil {
			b.Fatal(err)
		}
		changes := done.PodRestarts + done.Rollouts + done.ConfigEdits + done.Relabels
		b.ReportMetric(float64(changes)/time.Since(began).Seconds(), "changes/s")
		b.ReportMetric(float64(done.Writes)/time.Since(began).Seconds(), "writes/s")
	}
}
