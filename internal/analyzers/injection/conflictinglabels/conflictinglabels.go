// Package conflictinglabels flags namespaces whose labels ask for different
// data planes at once.
package conflictinglabels

import (
	"strings"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags namespaces whose labels ask for different data planes at once.
var Analyzer = &analysis.Analyzer{
	Name:        "conflictinglabels",
	Severity:    analysis.Medium,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "Labels of a namespace contradict each other about its data plane",
	Why:         "Only one of them has an effect, and it may not be the one that was meant: Pods get the proxy of another revision, or none, or a sidecar in place of ambient mode.",
	Fix:         "Keep one of istio-injection, istio.io/rev and istio.io/dataplane-mode, and remove the others (kubectl label namespace NAME KEY-).",
	Equivalents: []string{"IST0123"},
	Subject:     kinds.Namespaces.Name,
	Run:         run,
}

var modeLabel = label.IoIstioDataplaneMode.Name

func run(p *analysis.Pass) {
	ns := kinds.Namespaces.Of(p.Subject())
	injection, given := ns.Labels[mesh.InjectionLabel]
	rev, ambient := ns.Labels[kinds.RevisionLabel], ns.Labels[modeLabel] == "ambient"
	if ns.Terminating || rev == "" && !ambient || ns.Name == kinds.MeshSettings(p).RootNamespace {
		return
	}
	switch {
	case injection == "disabled":
		// A decision, which nothing contradicts: no sidecars, and ambient if asked for.
	case injection == "enabled":
		enabled(p, ns, rev, ambient)
	case given && rev != "":
		p.Report(mesh.LabelField(mesh.InjectionLabel),
			"%s=%s is neither enabled nor disabled, and keeps %s=%s from having an effect: no Pod gets a sidecar",
			mesh.InjectionLabel, injection, kinds.RevisionLabel, rev).At(analysis.High).
			FixBy("%s", remove(ns, mesh.InjectionLabel))
	case rev != "" && ambient:
		byRevision(p, ns, rev)
	}
}

// enabled: istio-injection=enabled comes before both others. Istiod of August
// 2026 was seen to inject the default revision whatever istio.io/rev said, and
// Istio's CNI leaves Pods with a sidecar alone.
func enabled(p *analysis.Pass, ns *kinds.Namespace, rev string, ambient bool) {
	if rev != "" && rev != "default" {
		p.Report(mesh.LabelField(kinds.RevisionLabel),
			"%s=%s has no effect: %s=enabled comes first and takes the default revision",
			kinds.RevisionLabel, rev, mesh.InjectionLabel).
			FixBy("%s", remove(ns, kinds.RevisionLabel, mesh.InjectionLabel))
	}
	if ambient {
		p.Report(mesh.LabelField(modeLabel),
			"%s=ambient has no effect on Pods with a sidecar, and %s=enabled gives one to every Pod that does not refuse it",
			modeLabel, mesh.InjectionLabel).FixBy("%s", remove(ns, modeLabel, mesh.InjectionLabel))
	}
}

// byRevision: the injector of a revision that serves the namespace wins over
// ambient mode. In a mesh without such an injector, the label only says which
// control plane is meant.
func byRevision(p *analysis.Pass, ns *kinds.Namespace, rev string) {
	injector, answer := mesh.MatchInjector(mesh.Injectors(p), ns, mesh.SilentPod())
	if answer != mesh.Yes {
		return
	}
	p.Report(mesh.LabelField(modeLabel),
		"%s=ambient has no effect on Pods with a sidecar, and for %s=%s the webhook %s gives one "+
			"to every Pod that does not refuse it",
		modeLabel, kinds.RevisionLabel, rev, injector.Name).
		Relate(kinds.MutatingWebhooks.Ref("", injector.Config.Name)).
		FixBy("%s", remove(ns, modeLabel, kinds.RevisionLabel))
}

// remove says how to be rid of the labels that are not meant.
func remove(ns *kinds.Namespace, keys ...string) string {
	var commands []string
	for _, key := range keys {
		commands = append(commands, "kubectl label namespace "+ns.Name+" "+key+"-")
	}
	return "Remove the label that is not meant: " + strings.Join(commands, ", or ") + "."
}
