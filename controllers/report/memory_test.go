package report

import (
	"testing"

	"k8s.io/apimachinery/pkg/types"
)

func held(uid types.UID, version string) *holding { return &holding{uid: uid, version: version} }

func TestOwnWritesAreNoNews(t *testing.T) {
	for name, c := range map[string]struct {
		held *holding
		seen sighting
		news bool
	}{
		"our version":       {held("a", "12"), sighting{uid: "a", version: "12"}, false},
		"an older version":  {held("a", "12"), sighting{uid: "a", version: "9"}, false},
		"a newer version":   {held("a", "12"), sighting{uid: "a", version: "100"}, true},
		"no version at all": {held("a", "12"), sighting{uid: "a"}, true},
		"deleted":           {held("a", "12"), sighting{uid: "a", version: "13", deleted: true}, true},
		"an older deletion": {held("b", "12"), sighting{uid: "a", version: "11", deleted: true}, false},
		"made again":        {held("a", "12"), sighting{uid: "b", version: "13"}, true},
		"an older one":      {held("b", "12"), sighting{uid: "a", version: "9"}, false},
		"made by others":    {nil, sighting{uid: "a", version: "9"}, true},
		"deleted by us":     {nil, sighting{uid: "a", version: "9", deleted: true}, false},
	} {
		m := newMemory()
		m.hold("shop", c.held)
		if got := m.sight("shop", c.seen); got != c.news {
			t.Errorf("%s: news %t", name, got)
		}
	}
}

func wantRecall(t *testing.T, m *memory, there, trusted bool) {
	t.Helper()
	if h, ok := m.recall("shop"); (h != nil) != there || ok != trusted {
		t.Errorf("held %+v, trusted %t; want %t, %t", h, ok, there, trusted)
	}
}

func TestADeletionIsBelieved(t *testing.T) {
	m := newMemory()
	m.hold("shop", held("a", "12"))
	m.sight("shop", sighting{uid: "a", version: "13", deleted: true})
	wantRecall(t, m, false, true)
}

func TestAForeignVersionNeedsALook(t *testing.T) {
	m := newMemory()
	m.hold("shop", held("a", "12"))
	m.sight("shop", sighting{uid: "a", version: "13"})
	wantRecall(t, m, true, false)
	m.hold("shop", held("a", "14"))
	wantRecall(t, m, true, true)
}

// The watch may show a write before its answer arrives.
func TestAnEarlySightingIsExplainedLater(t *testing.T) {
	m := newMemory()
	m.hold("shop", held("a", "12"))
	if !m.sight("shop", sighting{uid: "a", version: "13"}) {
		t.Error("no news")
	}
	m.hold("shop", held("a", "13"))
	wantRecall(t, m, true, true)
}

// A report that came and went between two looks leaves no doubt behind.
func TestALaterSightingReplacesAnEarlierOne(t *testing.T) {
	m := newMemory()
	m.sight("shop", sighting{uid: "a", version: "13"})
	m.hold("shop", nil)
	wantRecall(t, m, false, false)
	m.sight("shop", sighting{uid: "a", version: "14", deleted: true})
	wantRecall(t, m, false, true)
}

func TestAConflictNeedsALook(t *testing.T) {
	m := newMemory()
	m.hold("shop", held("a", "12"))
	m.distrust("shop")
	wantRecall(t, m, true, false)
	m.hold("shop", held("a", "15"))
	wantRecall(t, m, true, true)
}
