package openvalidation_test

import (
	"testing"
	"time"

	meshconfig "istio.io/api/mesh/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers/injection/openvalidation"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// TestNoneInstalled: a mesh with an istiod and without its validating webhook is
// worth knowing. The fixtures have one, about which the check is otherwise.
func TestNoneInstalled(t *testing.T) {
	istiod := &inventory.Object{
		Ref: kinds.Deployments.Ref("istio-system", "istiod"),
		Value: &kinds.Controller{
			Meta:     kinds.Meta{Namespace: "istio-system", Name: "istiod"},
			Template: kinds.Template{Labels: map[string]string{"app": "istiod"}},
		},
	}
	webhook := func(name string) *inventory.Object {
		return &inventory.Object{
			Ref:   kinds.ValidatingWebhooks.Ref("", name),
			Value: &kinds.WebhookConfiguration{Meta: kinds.Meta{Name: name}},
		}
	}
	for _, tt := range []struct {
		story   string
		objects []*inventory.Object
		finding bool
	}{
		{"an istiod without a webhook", []*inventory.Object{istiod}, true},
		{"another product's webhook", []*inventory.Object{istiod, webhook("other")}, true},
		{"its webhook", []*inventory.Object{istiod, webhook("istio-validator-istio-system")}, false},
		{"the control plane is elsewhere", nil, false},
	} {
		s := inventory.New(kinds.Schema())
		for _, row := range kinds.Rows() {
			s.SetState(row.Kind, "", inventory.Listed)
		}
		config := &inventory.Object{
			Ref: kinds.ConfigMaps.Ref("istio-system", "istio"),
			Value: &kinds.ConfigMap{
				Meta: kinds.Meta{Namespace: "istio-system", Name: "istio"}, Mesh: &meshconfig.MeshConfig{},
			},
		}
		for _, o := range append(tt.objects, config) {
			s.Apply(o)
		}
		checks := []analysis.Check{{Category: "injection", Analyzer: openvalidation.Analyzer}}
		r := analysis.Run(checks, analysis.Subject{Object: config}, s, nil, time.Time{}, func(p analysis.Panic) { t.Error(p) })
		if found := r != nil && len(r.Findings) == 1 && r.Findings[0].Severity == analysis.Info; found != tt.finding {
			t.Errorf("%s: %+v", tt.story, r)
		}
	}
}
