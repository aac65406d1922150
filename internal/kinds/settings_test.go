package kinds

import (
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

func TestSettings(t *testing.T) {
	s := inventory.New(Schema())
	if Thresholds(s).GracePeriod != 5*time.Minute || Thresholds(s).Services != 1000 || Thresholds(s).Certificate != 30*Day || MeshSettings(s).RootNamespace != "istio-system" ||
		AppMeshSettings(s).EndOfSupport.Format("2006-01-02") != "2026-09-30" || len(Sensitive(s).Ports) == 0 {
		t.Error("no defaults")
	}
	given := DefaultThresholds()
	given.GracePeriod = time.Hour
	c, changed := s.Apply(given.Object())
	if !changed || Thresholds(s).GracePeriod != time.Hour || Sensitive(s).Labels[SensitiveLabel] != "true" {
		t.Error("the settings given are not read")
	}
	for _, id := range c.Buckets {
		if b := s.Key(id); b.Index.Name == "ref" && b.Scope != "thresholds" {
			t.Errorf("a reader of %v is woken", b)
		}
	}
	same := DefaultThresholds()
	same.GracePeriod = time.Hour
	if _, changed := s.Apply(same.Object()); changed {
		t.Error("equal settings are a change")
	}
	for _, o := range []*inventory.Object{DefaultSensitive().Object(), DefaultMesh().Object(), DefaultAppMesh().Object()} {
		if _, changed := s.Apply(o); !changed {
			t.Errorf("%v is not held", o.Ref)
		}
	}
}
