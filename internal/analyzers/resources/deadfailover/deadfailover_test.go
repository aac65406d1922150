package deadfailover_test

import (
	"testing"
	"time"

	meshconfig "istio.io/api/mesh/v1alpha1"
	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers/resources/deadfailover"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// TestMeshDefault: outlier detection for the whole mesh may serve any rule. In
// good.yaml it would hide what the other cases show.
func TestMeshDefault(t *testing.T) {
	dead := &kinds.DestinationRule{
		Meta: kinds.Meta{Namespace: "shop", Name: "cart"},
		Spec: &networking.DestinationRule{Host: "cart", TrafficPolicy: &networking.TrafficPolicy{
			LoadBalancer: &networking.LoadBalancerSettings{LocalityLbSetting: &networking.LocalityLoadBalancerSetting{
				FailoverPriority: []string{"topology.kubernetes.io/region"},
			}},
		}},
	}
	for _, mesh := range []*meshconfig.MeshConfig_DefaultTrafficPolicy{
		nil, {}, {OutlierDetection: &networking.OutlierDetection{}},
	} {
		s := inventory.New(kinds.Schema())
		for _, row := range kinds.Rows() {
			s.SetState(row.Kind, "", inventory.Listed)
		}
		subject := &inventory.Object{Ref: kinds.DestinationRules.Ref("shop", "cart"), Value: dead}
		s.Apply(subject)
		s.Apply(&inventory.Object{
			Ref: kinds.ConfigMaps.Ref("istio-system", "istio"),
			Value: &kinds.ConfigMap{
				Meta: kinds.Meta{Namespace: "istio-system", Name: "istio"},
				Mesh: &meshconfig.MeshConfig{DefaultTrafficPolicy: mesh},
			},
		})
		checks := []analysis.Check{{Category: "resources", Analyzer: deadfailover.Analyzer}}
		r := analysis.Run(checks, analysis.Subject{Object: subject}, s, nil, time.Time{}, func(p analysis.Panic) { t.Error(p) })
		if found := r != nil && len(r.Findings) == 1; found != (mesh.GetOutlierDetection() == nil) {
			t.Errorf("%v: %+v", mesh, r)
		}
	}
}
