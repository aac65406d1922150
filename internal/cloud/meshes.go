package cloud

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// askAppMesh sweeps all meshes. It returns what keeps the source from being
// available. A mesh that is denied does not, as long as another is read: it is
// told of by an object of its own.
func (w *world) askAppMesh(ctx context.Context) *failure {
	began := w.Clock.Now()
	listed, err := w.connection.appMesh.list(ctx, kinds.AWSTypeMesh, nil)
	if ctx.Err() != nil {
		return judge(ctx.Err())
	}
	if f := judge(err); f != nil {
		w.note(SourceAppMesh, f)
		w.meshesFail()
		return f
	}
	w.answered[SourceAppMesh] = true
	w.meet(listed, began)
	f := w.sweepAll(ctx, listed)
	if ctx.Err() != nil {
		return judge(ctx.Err())
	}
	w.note(SourceAppMesh, f)
	if f != nil && f.class == ClassAvailable {
		return nil
	}
	return f
}

// meet makes a picture of each mesh that is new, and says what the lists of
// meshes held.
func (w *world) meet(listed []item, began time.Time) {
	others := inventory.Listed
	if len(w.config.Meshes) > 0 {
		others = inventory.Off
	}
	w.lists = w.nextLists(listed, began)
	w.Inbox.Update(func(b *inventory.Batch) {
		b.SetState(kinds.AWSMeshesDenied.Name, "", inventory.Listed)
		b.SetState(kinds.AWSResources.Name, "", others)
		b.SetState(kinds.AWSSweeps.Name, "", others)
		b.Put(w.lists.Object())
		b.SetState(kinds.AWSSweeps.Name, kinds.AWSMeshes, w.sweepState(w.lists))
		for _, it := range listed {
			key := it.meshKey()
			if known, ok := w.meshes[key]; ok {
				known.mesh = it
			} else if w.config.wants(it.mesh) {
				w.meshes[key] = newPicture(it)
				setMesh(b, key, w.failing(SourceAppMesh))
			}
		}
	})
}

// nextLists is what the list of meshes tells after what the lists before it told.
func (w *world) nextLists(listed []item, began time.Time) *kinds.AWSSweep {
	next := &kinds.AWSSweep{Mesh: kinds.AWSMeshes, Region: w.connection.region, Began: began}
	for _, it := range listed {
		next.Listed = append(next.Listed, it.arn)
	}
	slices.Sort(next.Listed)
	if last := w.lists; last != nil {
		next.Previous = last.Began
		next.Recent = without(last.Listed, next.Listed)
		next.New = without(next.Listed, last.Listed)
	}
	return next
}

// without are the texts of a that b lacks.
func without(a, b []string) []string {
	var out []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

// sweepState is the state of a sweep: it says something if it is the second.
func (w *world) sweepState(s *kinds.AWSSweep) inventory.State {
	if s.Previous.IsZero() {
		return w.failing(SourceAppMesh)
	}
	return inventory.Listed
}

// sweepAll sweeps the meshes one after the other.
func (w *world) sweepAll(ctx context.Context, listed []item) *failure {
	in := make(map[string]bool, len(listed))
	for _, it := range listed {
		in[it.meshKey()] = true
	}
	var t tally
	for _, key := range slices.Sorted(maps.Keys(w.meshes)) {
		f := t.over()
		if f == nil {
			f = w.sweepMesh(ctx, w.meshes[key], in[key])
		}
		if err := ctx.Err(); err != nil {
			return judge(err)
		}
		t.add(f)
		if f != nil {
			w.meshFails(w.meshes[key], f)
		}
	}
	return t.failure()
}

// meshesFail says of all meshes that they cannot be read.
func (w *world) meshesFail() {
	state := w.failing(SourceAppMesh)
	w.Inbox.Update(func(b *inventory.Batch) {
		for _, k := range ofAppMesh {
			b.SetState(k, "", state)
		}
		b.SetState(kinds.AWSSweeps.Name, kinds.AWSMeshes, state)
		for key := range w.meshes {
			setMesh(b, key, state)
		}
	})
}
