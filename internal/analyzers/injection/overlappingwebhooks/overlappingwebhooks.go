// Package overlappingwebhooks flags injectors that take the same Pods.
package overlappingwebhooks

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags webhooks of injectors that get the same Pods as another one.
var Analyzer = &analysis.Analyzer{
	Name:     "overlappingwebhooks",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Several injectors take the same Pods",
	Why: "Each Pod is injected twice, and the proxy that it gets is a mixture of two control planes' or that of the " +
		"last one by name; two webhooks of one control plane only slow the start of Pods down.",
	Fix: "Keep one injector for each namespace: delete the configuration of the revision that is not wanted (kubectl " +
		"delete mutatingwebhookconfiguration NAME), or take a tag away (istioctl tag remove TAG).",
	Equivalents: []string{"IST0139"},
	Subject:     kinds.MutatingWebhooks.Name,
	Run:         run,
}

func run(p *analysis.Pass) {
	o := mesh.InjectorOverlap(p, p.Subject().Ref.Name)
	if o == nil {
		return
	}
	f := p.Report(o.A.Field(), "webhook %s and %s both get Pods %s, of %s", o.A.Name, other(o), o.Pods, namespace(o))
	if o.B.Config != o.A.Config {
		f.Relate(o.B.Ref()).FixBy("Keep one injector for each namespace: delete the configuration of the revision that is "+
			"not wanted (kubectl delete mutatingwebhookconfiguration %s, or %s), or take a tag away (istioctl tag remove TAG).",
			o.A.Config.Name, o.B.Config.Name)
	}
	switch {
	case o.SameIstiod():
		f.At(analysis.Low)
	case o.Namespace == "":
		f.At(analysis.Medium)
	}
}

func other(o *mesh.Overlap) string {
	if o.B.Config == o.A.Config {
		return o.B.Name
	}
	return fmt.Sprintf("%s of MutatingWebhookConfiguration %s", o.B.Name, o.B.Config.Name)
}

func namespace(o *mesh.Overlap) string {
	switch {
	case o.Namespace != "":
		return "namespace " + o.Namespace
	case o.Labels != "":
		return "any namespace with the labels " + o.Labels
	}
	return "any namespace without labels of Istio"
}
