package cloud

import (
	"maps"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/go-logr/logr"
	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Options are what a poller works with.
type Options struct {
	// Inbox takes what AWS says.
	Inbox *inventory.Inbox
	// Clock is the real one if nil.
	Clock clock.WithTicker
	Log   logr.Logger
	// SDK changes how the SDK's configuration is loaded: another HTTP client or
	// other credentials, say. It cannot turn on the instance metadata service.
	SDK []func(*config.LoadOptions) error
	// Changed, if not nil, is told after [Poller.Sources] tells otherwise than
	// before, save for times. It must not block.
	Changed func()
}

// Poller reads AWS again and again.
type Poller struct {
	Options

	mu       sync.Mutex
	config   Config
	present  bool
	statuses map[string]Status
	earlier  map[string]bool // sources that answered an earlier run
	running  *running        // the round that is under way
	changed  chan struct{}   // of config or present
}

// New makes a poller, which does nothing before [Poller.Start].
func New(o Options) *Poller {
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	return &Poller{Options: o, statuses: map[string]Status{}, changed: make(chan struct{}, 1)}
}

// Configure swaps the whole configuration, at any time. What was read stays
// unless the new configuration reads something else; a round for another one
// that is under way ends.
func (p *Poller) Configure(c Config) {
	c.Endpoints, c.Meshes = maps.Clone(c.Endpoints), slices.Clone(c.Meshes)
	p.update(func() { p.config = c })
}

// Present says whether an App Mesh object exists in the cluster: mode Auto
// polls only then.
func (p *Poller) Present(present bool) {
	p.update(func() { p.present = present })
}

func (p *Poller) update(change func()) {
	p.mu.Lock()
	change()
	if r := p.running; r != nil && !r.serves(p.config, p.present) {
		r.end()
	}
	p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// Reads tells whether AWS is to be read at present.
func (p *Poller) Reads() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.config.reads(p.present)
}

// Recall says, before [Poller.Start], how the sources answered an earlier run of
// the program that they had answered: what they told is still believed somewhere,
// so that until they answer again they are unavailable, not off.
func (p *Poller) Recall(earlier []Status) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.earlier = map[string]bool{}
	for _, s := range earlier {
		if s.Name != SourceACM || p.config.Certificates {
			p.earlier[s.Name] = true
			p.statuses[s.Name] = s
		}
	}
}

// NeedLeaderElection tells the manager that only the leader polls.
func (p *Poller) NeedLeaderElection() bool { return true }

// Sources tells how App Mesh, ACM and STS answer, in this order. It is safe
// for concurrent use.
func (p *Poller) Sources() []Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	names := []string{SourceAppMesh, SourceACM, SourceSTS}
	out := make([]Status, 0, len(names))
	for _, name := range names {
		s, ok := p.statuses[name]
		if !ok {
			s = Status{Name: name, Class: ClassOff}
		}
		out = append(out, s)
	}
	return out
}
