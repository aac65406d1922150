package cloud

import (
	"maps"
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// world is what one configuration reads. One goroutine owns it.
type world struct {
	*Poller
	config     Config
	bucket     *bucket
	connection *connection
	meshes     map[string]*picture // by key
	// lists tells of the lists of meshes; nil before the first.
	lists *kinds.AWSSweep
	// asked are the certificates that ACM told of.
	asked map[string]bool
	// answered are the sources that did so, once.
	answered map[string]bool

	rounds, callers, renewals schedule // of App Mesh, STS and ACM
}

func (p *Poller) newWorld(c Config) *world {
	w := &world{
		Poller: p, config: c, bucket: newBucket(p.Clock), meshes: map[string]*picture{}, asked: map[string]bool{},
		answered: map[string]bool{},
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.Copy(w.answered, p.earlier)
	p.earlier = nil // of another world nothing is known
	return w
}

// failing is the state of what a source that fails would have told.
func (w *world) failing(source string) inventory.State {
	if w.config.Mode != Required && !w.answered[source] {
		return inventory.Off
	}
	return inventory.SourceUnavailable
}

// enter says for each source that nothing was read yet.
func (w *world) enter() {
	w.Inbox.Update(func(b *inventory.Batch) {
		for _, k := range ofAppMesh {
			b.SetState(k, "", w.failing(SourceAppMesh))
		}
		b.SetState(kinds.AWSIdentities.Name, "", w.failing(SourceSTS))
		certificates := inventory.Off
		if w.config.Certificates {
			certificates = w.failing(SourceACM)
		}
		b.SetState(kinds.AWSCertificates.Name, "", certificates)
	})
}

// adopt takes over what a configuration that reads the same says otherwise. A
// shorter interval and another mode hold at once.
func (w *world) adopt(c Config) {
	before := w.config
	w.config = c
	switch {
	case c.Mode != before.Mode:
		w.rounds = schedule{}
		if len(w.answered) == 0 {
			w.enter()
		}
	case c.interval() < before.interval() && w.rounds.failed == 0 && !w.rounds.due.IsZero():
		w.rounds.due = w.rounds.due.Add(c.interval() - before.interval())
	}
}

// leave takes back all that was read: nobody wants it, or another world comes.
func (w *world) leave() {
	w.Inbox.Update(func(b *inventory.Batch) {
		for _, k := range append(slices.Clone(ofAppMesh), kinds.AWSCertificates.Name, kinds.AWSIdentities.Name) {
			b.Drop(k)
			b.SetState(k, "", inventory.Off)
		}
		b.SetState(kinds.AWSSweeps.Name, kinds.AWSMeshes, inventory.Off)
		for key := range w.meshes {
			setMesh(b, key, inventory.Off)
		}
		for arn := range w.asked {
			b.SetState(kinds.AWSCertificates.Name, arn, inventory.Off)
		}
	})
	w.forget()
	w.close()
}

// close ends what idles.
func (w *world) close() {
	if w.connection != nil && w.connection.idle != nil {
		w.connection.idle.CloseIdleConnections()
	}
}

// note keeps how a source answers. A failure of nil is success.
func (w *world) note(source string, f *failure) {
	w.mu.Lock()
	s := w.statuses[source]
	before := s
	s.Name, s.Class, s.Message = source, ClassAvailable, ""
	if w.connection != nil {
		s.Region = w.connection.region
	}
	if f == nil {
		s.LastSuccess = w.Clock.Now()
	} else {
		s.Class, s.Message = f.class, f.message
	}
	w.statuses[source] = s
	w.mu.Unlock()
	if before.Class != s.Class {
		w.Log.Info("A source of AWS answers otherwise", "source", source, "class", s.Class, "message", s.Message)
	}
	if before.LastSuccess = s.LastSuccess; before != s {
		w.tell()
	}
}

func (p *Poller) tell() {
	if p.Changed != nil {
		p.Changed()
	}
}

// forget says that no source is asked.
func (p *Poller) forget() {
	p.mu.Lock()
	told := len(p.statuses) > 0
	clear(p.statuses)
	p.mu.Unlock()
	if told {
		p.tell()
	}
}

// ofAppMesh are the kinds that App Mesh tells of.
var ofAppMesh = []inventory.Kind{kinds.AWSResources.Name, kinds.AWSSweeps.Name, kinds.AWSMeshesDenied.Name}

// setMesh sets the state of all that is read of one mesh.
func setMesh(b *inventory.Batch, key string, state inventory.State) {
	b.SetState(kinds.AWSResources.Name, key, state)
	b.SetState(kinds.AWSSweeps.Name, key, state)
}
