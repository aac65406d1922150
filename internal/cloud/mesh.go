package cloud

import (
	"context"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// sweepMesh reads one mesh, and makes what it found the picture. A mesh that no
// list holds is asked for: a list may lack something that exists.
func (w *world) sweepMesh(ctx context.Context, p *picture, listed bool) *failure {
	began := w.Clock.Now()
	var err error
	found := map[string]*kinds.AWSResource{}
	if !listed && !p.gone() {
		_, err = w.connection.appMesh.describe(ctx, p.mesh)
	}
	if err == nil && (listed || !p.gone()) {
		s := sweep{source: w.connection.appMesh, mesh: p.mesh, last: p.resources, described: p.described}
		found, err = s.run(ctx)
	}
	switch f := judge(err); {
	case ctx.Err() != nil:
		return judge(ctx.Err())
	case f != nil && !f.absent:
		return f
	case f != nil:
		found = nil
	}
	w.publish(p, found, began)
	return nil
}

// publish puts a whole sweep into the inventory, as one change.
func (w *world) publish(p *picture, found map[string]*kinds.AWSResource, began time.Time) {
	c := p.take(found, began)
	p.sweep.Region = w.connection.region
	key := p.mesh.meshKey()
	w.Inbox.Update(func(b *inventory.Batch) {
		for _, r := range c.put {
			b.Put(r.Object())
		}
		for _, arn := range c.gone {
			b.Delete(kinds.AWSResources.Ref(key, arn))
		}
		b.Put(p.sweep.Object())
		if p.denied {
			p.denied = false
			b.Delete(kinds.AWSMeshesDenied.Ref(key, key))
		}
		b.SetState(kinds.AWSResources.Name, key, inventory.Listed)
		b.SetState(kinds.AWSSweeps.Name, key, w.sweepState(p.sweep))
	})
}

// meshFails says that a mesh cannot be read. Its last whole picture stays.
func (w *world) meshFails(p *picture, f *failure) {
	key := p.mesh.meshKey()
	w.Inbox.Update(func(b *inventory.Batch) {
		if f.class == ClassDenied {
			p.denied = true
			b.Put((&kinds.AWSMeshDenied{Mesh: key, Message: f.message}).Object())
		}
		setMesh(b, key, w.failing(SourceAppMesh))
	})
}
