package cloud

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const largeSpec = `{"backends":[{"virtualService":{"virtualServiceName":"cart.shop.svc.cluster.local"}},` +
	`{"virtualService":{"virtualServiceName":"stock.shop.svc.cluster.local"}}],"listeners":[{"portMapping":` +
	`{"port":8080,"protocol":"http"},"healthCheck":{"healthyThreshold":2,"intervalMillis":5000,"path":"/health",` +
	`"port":8080,"protocol":"http","timeoutMillis":2000,"unhealthyThreshold":2},"timeout":{"http":{"idle":` +
	`{"unit":"s","value":30},"perRequest":{"unit":"s","value":15}}}}],"logging":{"accessLog":{"file":` +
	`{"path":"/dev/stdout"}}},"serviceDiscovery":{"dns":{"hostname":"cart.shop.svc.cluster.local"}}}`

// fill puts meshes, each with as many nodes, routers and services.
func fill(s *awstest.Server, meshes, each int) {
	for m := range meshes {
		mesh := fmt.Sprintf("mesh%02d", m)
		s.Put(awstest.Resource{Type: "mesh", Mesh: mesh})
		for i := range each {
			for _, t := range []string{"virtualNode", "virtualRouter", "virtualService"} {
				s.Put(awstest.Resource{Type: t, Mesh: mesh, Name: fmt.Sprintf("%s-%03d_shop", t, i), Spec: largeSpec})
			}
		}
	}
}

// The first sweep takes the time of the token bucket, and no more; a steady one
// makes list calls alone.
func TestSweepsAtScale(t *testing.T) {
	const meshes, each = 15, 20
	s := play(t, Config{})
	fill(s.aws, meshes, each)
	began := s.clock.Now()
	s.world.round(t.Context())
	took, calls := s.clock.Since(began), s.aws.Calls()
	expect(t, "descriptions", describes(calls), meshes*(3*each+1)+len(whole))
	if least := time.Duration(len(calls)) * time.Second / requestRate; took > least+least/10 {
		t.Errorf("%d calls took %s, more than %s and a tenth", len(calls), took, least)
	}
	s.round()
	steady := s.aws.Calls()
	expect(t, "descriptions", describes(steady), 0)
	expect(t, "lists", len(steady), 1+meshes*(4+each)+4+2)
}

// BenchmarkSweeps sweeps 15 meshes of 200 nodes, routers and services each,
// twice: what it holds then, and how long a steady sweep takes apart from the
// token bucket.
func BenchmarkSweeps(b *testing.B) {
	server := awstest.New(b)
	fill(server, 15, 200)
	before := heap()
	clock := newSwift()
	p := New(Options{Inbox: inventory.NewInbox(), Clock: clock, Log: logr.Discard(), SDK: server.SDK()})
	w := p.newWorld(Config{Mode: Required})
	defer w.close()
	began := clock.Now()
	w.round(b.Context())
	first, described := clock.Since(began), len(server.Calls())
	batch := p.Inbox.Take()
	held := heap() - before
	for b.Loop() {
		w.round(b.Context())
		p.Inbox.Take()
	}
	b.ReportMetric(float64(held)/(1<<20), "MiB")
	b.ReportMetric(first.Seconds()*requestRate/float64(described), "first/bucket")
	b.ReportMetric(float64(len(server.Calls()))/float64(b.N), "calls/op")
	runtime.KeepAlive(batch)
	if n := len(batch.Objects); n < 9000 {
		b.Fatalf("%d objects of %s", n, kinds.AWSResources.Name)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
