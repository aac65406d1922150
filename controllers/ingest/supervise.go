package ingest

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// supervise makes what is watched what should be.
func (i *Ingest) supervise(ctx context.Context) {
	i.discover(ctx)
	for _, k := range i.kinds {
		if ctx.Err() != nil {
			return
		}
		p, known := i.catalog.plan(k.row, i.on(k.row.Kind))
		if !known {
			continue
		}
		k.follow(ctx, p)
		k.attend(ctx, i.selections(k))
	}
}

// discover asks discovery for what the CRDs would tell, as long as they may not
// be read. If that fails, the last answer stays.
func (i *Ingest) discover(ctx context.Context) {
	now := i.options.Clock.Now()
	if i.crdState() != inventory.Forbidden || now.Before(i.discoverAt) {
		return
	}
	i.discoverAt = now.Add(i.options.Retry)
	asked := i.catalog.asking()
	found, err := discover(ctx, i.access, i.options.Rows)
	if err != nil {
		i.journal.trouble(kinds.CRDs.Name, err)
		return
	}
	i.catalog.discovered(found, asked)
}

func (i *Ingest) crdState() inventory.State {
	at := slices.IndexFunc(i.kinds, func(k *kindWatch) bool { return k.row.Kind == kinds.CRDs.Name })
	if at < 0 {
		return inventory.Forbidden // nobody asked to watch them
	}
	k := i.kinds[at]
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state()
}

func (i *Ingest) on(k inventory.Kind) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.enabled[k]
}

// selections are what of a kind is to be watched beside what its primary source
// watches: namespaces, while the whole cluster is forbidden, and ConfigMaps.
func (i *Ingest) selections(k *kindWatch) map[selection]bool {
	want := map[selection]bool{}
	k.mu.Lock()
	refused := k.state() == inventory.Forbidden
	watched := k.primary != nil
	k.mu.Unlock()
	if refused && k.row.Namespaced {
		for _, namespace := range i.options.Namespaces {
			want[selection{namespace: namespace, label: labelSelectors[k.row.Kind]}] = true
		}
	}
	if watched && k.row.Kind == kinds.ConfigMaps.Name {
		for _, name := range i.extraConfigMaps() {
			want[selection{namespace: name.Namespace, name: name.Name}] = true
		}
	}
	return want
}

func (i *Ingest) extraConfigMaps() []types.NamespacedName {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.configMaps
}
