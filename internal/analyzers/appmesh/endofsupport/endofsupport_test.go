package endofsupport

import (
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// wakes remembers when the check wants to look again.
type wakes []time.Time

func (w *wakes) Record(inventory.Bucket) {}
func (w *wakes) Wake(t time.Time)        { *w = append(*w, t) }

// The day is the policy's: before it the check is silent and asks to be woken.
func TestDay(t *testing.T) {
	end := time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	s := inventory.New(kinds.Schema())
	mesh := &inventory.Object{Ref: kinds.Meshes.Ref("", "shop"), Value: &kinds.Mesh{Meta: kinds.Meta{Name: "shop"}}}
	s.Apply(mesh)
	s.Apply((&kinds.AppMeshConfiguration{EndOfSupport: end}).Object())
	s.SetState(kinds.SettingsKind, "", inventory.Listed)
	for _, test := range []struct {
		now   time.Time
		wakes int
		found bool
	}{{end.Add(-time.Second), 1, false}, {end, 0, true}, {end.AddDate(1, 0, 0), 0, true}} {
		var woken wakes
		r := analysis.Run([]analysis.Check{{Category: "appmesh", Analyzer: Analyzer}}, analysis.Subject{Object: mesh}, s, &woken,
			test.now, func(p analysis.Panic) { t.Error(p) })
		if found := !r.Empty() && len(r.Findings) == 1; found != test.found || len(woken) != test.wakes {
			t.Errorf("at %s: %+v, wakes %v", test.now, r, woken)
		}
	}
}
