package cli

import (
	"maps"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

// proxyUse rolls up what proxies reserve, by namespace, from the changes of
// objects. The sums are of whole numbers, so that they never drift.
type proxyUse map[string]metrics.ProxyUse

// apply books changes and tells whether any is about a proxy.
func (p proxyUse) apply(changes []inventory.Change) bool {
	about := false
	for _, c := range changes {
		taken, given := p.book(c.Old, -1), p.book(c.New, 1)
		about = about || taken || given
	}
	return about
}

func (p proxyUse) book(o *inventory.Object, sign int64) bool {
	namespace, proxies, cpu, memory := kinds.ProxyUse(o)
	if proxies == 0 {
		return false
	}
	u := p[namespace]
	u.Proxies += proxies * int(sign)
	u.CPUMilli += cpu * sign
	u.MemoryBytes += memory * sign
	if p[namespace] = u; u == (metrics.ProxyUse{}) {
		delete(p, namespace)
	}
	return true
}

// snapshot is the roll-up as it is now.
func (p proxyUse) snapshot() map[string]metrics.ProxyUse { return maps.Clone(p) }
