// Package loneoutlier flags outlier detection that may eject the only endpoint.
package loneoutlier

import (
	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags outlier detection that may eject all endpoints of a Service
// with a single Pod.
var Analyzer = &analysis.Analyzer{
	Name:     "loneoutlier",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "Outlier detection may eject the only endpoint",
	Why: "After a few failures proxies have nobody left to call and answer 503 for the whole ejection time, also once " +
		"the Pod is well again.",
	Fix: "Run a second replica, leave maxEjectionPercent below 100, or set minHealthPercent above 0, so that proxies use " +
		"an ejected endpoint rather than none.",
	Subject: kinds.DestinationRules.Name,
	Run:     run,
}

func run(p *analysis.Pass) {
	d := kinds.DestinationRules.Of(p.Subject())
	if !d.Deleted.IsZero() {
		return
	}
	for part := range mesh.PolicyParts(d) {
		if !ejectsAll(part.OutlierDetection) {
			continue
		}
		only := single(p, d)
		if only == nil {
			return
		}
		if part.Subset != nil && !kinds.Selects(part.Subset.GetLabels(), only.Labels) {
			continue
		}
		p.Report(part.Field+".outlierDetection.maxEjectionPercent",
			"maxEjectionPercent %d lets proxies eject the only Pod behind %s, that of %s",
			part.OutlierDetection.GetMaxEjectionPercent(), d.Spec.GetHost(), only.Ref).Relate(only.Ref)
	}
}

// ejectsAll tells whether outlier detection may leave no endpoint. Envoy keeps
// to maxEjectionPercent, 10 unless given, and uses ejected endpoints all the
// same where fewer than minHealthPercent are left.
func ejectsAll(o *networking.OutlierDetection) bool {
	off := o.GetConsecutive_5XxErrors() != nil && o.GetConsecutive_5XxErrors().GetValue() == 0 &&
		o.GetConsecutiveGatewayErrors().GetValue() == 0 && !o.GetSplitExternalLocalOriginErrors()
	return !off && o.GetMaxEjectionPercent() >= 100 && o.GetMinHealthPercent() == 0
}

// single is what makes the only Pod behind the host of a rule; nil if there may
// be more, or none.
func single(p *analysis.Pass, d *kinds.DestinationRule) *mesh.Template {
	found := mesh.LookUp(p, kinds.ResolveHost(d.Spec.GetHost(), d.Namespace))
	if found.Service == nil || len(found.Entries) > 0 {
		return nil
	}
	var only *mesh.Template
	for t := range mesh.Backends(p, found.Service) {
		if only != nil || !lone(p, &t) {
			return nil
		}
		only = &t
	}
	if only == nil || mesh.RemoteClusters(p) {
		return nil
	}
	return only
}

// lone tells whether a workload has one Pod and nothing that adds any.
func lone(p *analysis.Pass, t *mesh.Template) bool {
	var c *kinds.Controller
	switch t.Ref.Kind {
	case kinds.Deployments.Name:
		c = kinds.Deployments.Get(p, t.Ref.Namespace, t.Ref.Name)
	case kinds.StatefulSets.Name:
		c = kinds.StatefulSets.Get(p, t.Ref.Namespace, t.Ref.Name)
	}
	if c == nil || c.Replicas != 1 {
		return false
	}
	key := kinds.ControllerKey(t.Ref.Kind, t.Ref.Name)
	for range kinds.HorizontalPodAutoscalersByTarget.In(p, t.Ref.Namespace, key) {
		return false
	}
	return true
}
