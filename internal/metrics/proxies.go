package metrics

import (
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// ProxyUse is what the proxies of a namespace have reserved.
type ProxyUse struct {
	Proxies     int
	CPUMilli    int64 // thousandths of a core
	MemoryBytes int64
}

// Proxies records the use of proxies by namespace. The map is not to be changed
// any more.
func (r *Recorder) Proxies(by map[string]ProxyUse) { r.proxies.Store(&by) }

// proxyUse counts by namespace, without zeros.
func (r *Recorder) proxyUse(out *bounded) {
	by := *r.proxies.Load()
	names := slices.Sorted(maps.Keys(by))
	send := func(d *prometheus.Desc, value func(ProxyUse) float64) {
		for _, name := range names {
			if v := value(by[name]); v > 0 {
				out.gauge(d, v, name)
			}
		}
	}
	send(proxiesDesc, func(u ProxyUse) float64 { return float64(u.Proxies) })
	send(reservedCPUDesc, func(u ProxyUse) float64 { return float64(u.CPUMilli) / 1000 })
	send(reservedMemoryDesc, func(u ProxyUse) float64 { return float64(u.MemoryBytes) })
}
