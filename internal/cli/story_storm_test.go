package cli

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
)

// Everything at once: edits, policies that come and go, metrics that are read
// all the time, and another leader. The operators are this binary, so that
// under -race a data race ends them with an error; see [replica.end].
func TestAStormRacesNowhere(t *testing.T) {
	const edits = 40
	c := newCluster(t)
	e := &editor{cluster: c, dice: rand.New(rand.NewPCG(20261123, 4)), namespaces: []string{c.Namespace(t), c.Namespace(t)}}
	for _, namespace := range e.namespaces {
		c.applyText(t, namespace, meshPod)
	}
	first := c.operate(t)
	first.settle(t)
	second := c.operate(t)
	second.ready(t)
	calm := scrape(t, first, second)
	for i := range edits {
		e.edit(t)
		if i%5 == 0 {
			c.setPolicy(t, policySpec(t, e.one(`profile: Strict`, `profile: Core`, `ownerLabel: team`,
				`checks: [{name: routing/*, severity: Low}]`, `reports: {quietPeriod: 20ms, minWriteInterval: 50ms}`)))
		}
		if i == edits/2 {
			first.stop()
		}
	}
	c.dropPolicy(t)
	second.settle(t)
	c.waitForSame(t, e.namespaces, second.fromScratch(t, c))
	calm()
}

// scrape reads the metrics of operators again and again.
func scrape(t *testing.T, list ...*replica) (end func()) {
	t.Helper()
	var over atomic.Bool
	var group sync.WaitGroup
	for _, r := range list {
		group.Go(func() {
			for !over.Load() {
				_, _, _ = answer(t, "http://"+r.metrics+"/metrics", "") // one of them ends
			}
		})
	}
	end = func() { over.Store(true); group.Wait() }
	t.Cleanup(end)
	return end
}
