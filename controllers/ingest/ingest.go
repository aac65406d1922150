package ingest

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Ingest watches a cluster. It is a Runnable of controller-runtime's manager
// that runs on every replica.
type Ingest struct {
	options Options
	access  *access
	catalog *catalog
	journal *journal
	kinds   []*kindWatch
	wake    chan struct{}

	discoverAt time.Time // the supervisor's

	mu         sync.Mutex
	enabled    map[inventory.Kind]bool
	configMaps []types.NamespacedName
}

// New prepares to watch what the options say.
func New(o Options) (*Ingest, error) {
	o = o.withDefaults()
	a, err := newAccess(o.Config)
	if err != nil {
		return nil, err
	}
	i := &Ingest{
		options: o, access: a, catalog: &catalog{}, journal: newJournal(o.Log, o.Clock),
		wake: make(chan struct{}, 1), enabled: map[inventory.Kind]bool{}, configMaps: o.ConfigMaps,
	}
	for _, k := range o.Enabled {
		i.enabled[k] = true
	}
	for _, row := range o.Rows {
		i.kinds = append(i.kinds, i.newKind(row))
	}
	return i, nil
}

func (i *Ingest) newKind(row *kinds.Row) *kindWatch {
	k := &kindWatch{
		row: row, options: &i.options, access: i.access, journal: i.journal, changed: i.signal,
		others: map[selection]*source{}, left: names{}, published: map[string]inventory.State{},
	}
	if row.Kind == kinds.CRDs.Name {
		k.heard = func(objects []*inventory.Object, whole bool) {
			i.catalog.hear(objects, whole)
			i.signal()
		}
	}
	return k
}

// NeedLeaderElection tells the manager to start the watches on every replica.
func (*Ingest) NeedLeaderElection() bool { return false }

// SetEnabled turns a kind that is off by default on or off. What was read of a
// kind is dropped when it is turned off. It has no effect on other kinds.
func (i *Ingest) SetEnabled(k inventory.Kind, on bool) {
	i.mu.Lock()
	i.enabled[k] = on
	i.mu.Unlock()
	i.signal()
}

// SetExtraConfigMaps replaces the ConfigMaps that are read beside those that
// bear the revision label. Each has a watch of its own, so that no right on
// all ConfigMaps of a namespace is needed.
func (i *Ingest) SetExtraConfigMaps(list []types.NamespacedName) {
	i.mu.Lock()
	i.configMaps = slices.Clone(list)
	i.mu.Unlock()
	i.signal()
}

func (i *Ingest) signal() {
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// Start watches until the context ends, and returns when all watches have
// ended. Nothing that the API server does makes it return earlier, or with an
// error.
func (i *Ingest) Start(ctx context.Context) error {
	defer i.join()
	ticker := i.options.Clock.NewTicker(i.options.tick())
	defer ticker.Stop()
	ctx = klog.NewContext(ctx, logr.Discard()) // client-go's own lines are too many
	for {
		i.supervise(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-i.wake:
		case <-ticker.C():
			i.age()
			i.journal.flush()
		}
	}
}

func (i *Ingest) age() {
	now := i.options.Clock.Now()
	for _, k := range i.kinds {
		k.age(now, i.options.StaleAfter)
	}
}

// join waits for the watches, whose context has ended.
func (i *Ingest) join() {
	for _, k := range i.kinds {
		for _, s := range k.sources() {
			s.stop()
		}
	}
}
