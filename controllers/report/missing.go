package report

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/client-go/tools/cache"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// recheck is how often the reports that were written are looked for among those
// that the watch knows.
const recheck = 10 * time.Second

// seek looks again and again, until ctx ends, for reports that went without a
// trace: one that was made while the watch was down, and went with its CRD
// before the watch was up again, is in no event.
func (c *Controller) seek(ctx context.Context, informer cache.SharedIndexInformer, cluster bool) {
	for ctx.Err() == nil {
		c.pause(ctx, recheck)
		for _, name := range c.memory.missing(informer, cluster) {
			c.memory.distrust(name)
			c.queue.Add(name)
		}
	}
}

// missing names the reports that are held to be there, and are not, though the
// watch has come past their versions.
func (m *memory) missing(informer cache.SharedIndexInformer, cluster bool) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	at := informer.LastSyncResourceVersion()
	for name, h := range m.held {
		if cluster != (name == "") {
			continue
		}
		_, there, err := informer.GetStore().GetByKey(key(name))
		order, failed := resourceversion.CompareResourceVersion(h.version, at)
		if !there && err == nil && failed == nil && order <= 0 {
			names = append(names, name)
		}
	}
	return names
}

// key is that of a report in an informer's store.
func key(name string) string {
	if name == "" {
		return v1alpha1.ReportName
	}
	return cache.NewObjectName(name, v1alpha1.ReportName).String()
}
