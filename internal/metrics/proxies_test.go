package metrics_test

import (
	"testing"

	"github.com/meshaudit/meshaudit/internal/metrics"
)

// What proxies reserve is told by namespace, without zeros, and by the leader
// alone.
func TestProxies(t *testing.T) {
	const prefix, cpu = "meshaudit_namespace_proxies", "meshaudit_proxy_reserved_cpu_cores"
	w := newWorld()
	w.wantNone(t, prefix, "meshaudit_proxy_reserved")
	w.recorder.Proxies(map[string]metrics.ProxyUse{
		"shop": {Proxies: 3, CPUMilli: 250, MemoryBytes: 384 << 20}, "bank": {Proxies: 1},
	})
	w.want(
		t, prefix+`{namespace="shop"} 3`, prefix+`{namespace="bank"} 1`, cpu+`{namespace="shop"} 0.25`,
		`meshaudit_proxy_reserved_memory_bytes{namespace="shop"} 4.02653184e+08`,
	)
	w.wantNone(t, cpu+`{namespace="bank"`)
	w.recorder.Proxies(map[string]metrics.ProxyUse{"shop": {Proxies: 3}})
	w.wantNone(t, prefix+`{namespace="bank"`, cpu)
	w.leader = false
	w.wantNone(t, prefix)
}

// They count among the series that the policy bounds.
func TestProxiesAreBounded(t *testing.T) {
	w := newWorld()
	w.collector.SetLimits(metrics.Limits{})
	w.recorder.Proxies(map[string]metrics.ProxyUse{"shop": {Proxies: 3, CPUMilli: 250, MemoryBytes: 1}})
	w.wantNone(t, "meshaudit_namespace_proxies", "meshaudit_proxy_reserved")
}
