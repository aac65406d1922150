package ingest

import (
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const (
	defaultRetry      = time.Minute
	defaultStaleAfter = 5 * time.Minute
	userAgent         = "meshaudit"
)

// Options say what is read and from where. Config is required.
type Options struct {
	Config *rest.Config
	// Rows are the kinds to read; the whole kind table if empty.
	Rows []*kinds.Row
	// Enabled are the kinds that are read although they are off by default.
	Enabled []inventory.Kind
	// ConfigMaps are read beside those that bear the revision label.
	ConfigMaps []types.NamespacedName
	// Namespaces are listed one by one where listing the whole cluster is
	// forbidden: the kind stays Forbidden, the namespaces become Listed. The
	// kind Namespace itself is read so by [Snapshot] alone.
	Namespaces []string

	// What follows is for [New] alone.

	// Inbox receives everything. It is required.
	Inbox *inventory.Inbox
	// Clock is the real one if nil.
	Clock clock.WithTicker
	Log   logr.Logger
	// Retry is the longest time between two attempts to read a kind; a minute
	// if zero.
	Retry time.Duration
	// StaleAfter is how long a kind may fail before it is Stale; five minutes
	// if zero.
	StaleAfter time.Duration

	listFirst bool // without streaming lists, as for old API servers
}

func (o Options) withDefaults() Options {
	if len(o.Rows) == 0 {
		o.Rows = kinds.Rows()
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Log.GetSink() == nil {
		o.Log = logr.Discard()
	}
	if o.Retry == 0 {
		o.Retry = defaultRetry
	}
	if o.StaleAfter == 0 {
		o.StaleAfter = defaultStaleAfter
	}
	return o
}

// tick is how often staleness is looked for and the log is written.
func (o Options) tick() time.Duration {
	return min(5*time.Second, o.StaleAfter/4, o.Retry/4)
}
