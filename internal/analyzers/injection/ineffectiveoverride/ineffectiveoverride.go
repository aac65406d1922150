// Package ineffectiveoverride flags what workloads say about their sidecar and
// what does not count.
package ineffectiveoverride

import (
	"slices"
	"strings"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags what workloads say about their sidecar and what does not count.
var Analyzer = &analysis.Analyzer{
	Name:     "ineffectiveoverride",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "What a workload says about its sidecar does not count",
	Why:      "Its new Pods get a proxy that they should not have, none where they should have one, or that of another revision.",
	Fix:      "Say it once, by the label sidecar.istio.io/inject of the Pod template, whose value is exactly true or false.",
	Subject:  analysis.Workload,
	Run:      run,
}

var inject = label.SidecarInject.Name // also the key of the annotation

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	t := mesh.OfWorkload(w)
	if mesh.ControlPlaneWorkload(&t) || t.BringsProxy() || !says(&t) {
		return
	}
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if ns == nil || ns.Terminating || mesh.Uninjectable(ns.Name, &t) {
		return
	}
	hidden(p, &t)
	misspelt(p, ns, &t)
	revision(p, ns, &t)
}

func says(t *mesh.Template) bool {
	return t.Labels[inject] != "" || t.Annotations[inject] != "" || t.Labels[kinds.RevisionLabel] != ""
}

func counts(value string) bool { return value == "true" || value == "false" }

// hidden: the label wins over the annotation.
func hidden(p *analysis.Pass, t *mesh.Template) {
	l, a := t.Labels[inject], t.Annotations[inject]
	if counts(l) && counts(a) && l != a {
		p.Report(mesh.PodField(t.Ref.Kind, "metadata.annotations["+inject+"]"),
			"annotation %s=%s does not count beside the label of the same name, which says %s", inject, a, l).
			FixBy("Remove the annotation, or the label if that is the wrong one.")
	}
}

// misspelt: a value that is neither true nor false counts as none.
func misspelt(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template) {
	kind, value := "label", t.Labels[inject]
	if _, labelled := t.Labels[inject]; !labelled {
		kind, value = "annotation", t.Annotations[inject]
	}
	if value == "" || counts(value) {
		return
	}
	happens, severity := "", analysis.Medium
	switch d := mesh.Decide(p, ns, t); d.Answer {
	case mesh.Yes:
		happens, severity = ": new Pods get a proxy all the same ("+d.Text+")", severityOf(value, no, yes)
	case mesh.No:
		happens, severity = ": new Pods get no proxy ("+d.Text+")", severityOf(value, yes, no)
	case mesh.Maybe:
	}
	p.Report(mesh.PodField(t.Ref.Kind, "metadata."+kind+"s["+inject+"]"),
		"%s %s=%s is neither true nor false and counts as not given%s", kind, inject, value, happens).At(severity).
		FixBy("Write \"true\" or \"false\", in lower case and as a label.")
}

// What people mean by values that do not count.
var (
	yes = []string{"true", "t", "yes", "y", "on", "1", "enable", "enabled"}
	no  = []string{"false", "f", "no", "n", "off", "0", "disable", "disabled"}
)

// severityOf is that of a value, given what was to be feared and what happens as
// it was meant.
func severityOf(value string, feared, meant []string) analysis.Severity {
	value = strings.ToLower(strings.TrimSpace(value))
	switch {
	case slices.Contains(feared, value):
		return analysis.High
	case slices.Contains(meant, value):
		return analysis.Low
	}
	return analysis.Medium
}

// revision: by the selectors of Istio's webhooks, the label of a namespace comes
// before that of its Pods.
func revision(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template) {
	asked, e := t.Labels[kinds.RevisionLabel], mesh.EnrolmentOf(ns)
	choice, given := mesh.InjectChoice(t)
	// An older injector wrote the label on the Pods themselves.
	if asked == "" || e.Mode != mesh.Sidecar || asked == e.Asked || given && !choice || t.Injected() {
		return
	}
	takes := taker(p, ns, t, asked)
	if takes == nil {
		return
	}
	p.Report(mesh.PodField(t.Ref.Kind, mesh.LabelField(kinds.RevisionLabel)),
		"label %s=%s does not count: label %s of namespace %s comes first, and new Pods get the proxy of revision %s",
		kinds.RevisionLabel, asked, e.By, ns.Name, takes.Revision()).
		Relate(kinds.Namespaces.Ref("", ns.Name), takes.Ref()).
		FixBy("Remove the label from the Pod template, or move the workload to a namespace of revision %s.", asked)
}

// taker is the injector that takes the Pods in place of one of the revision
// asked for; nil if there is none, or if one of that revision may take them, too.
func taker(p *analysis.Pass, ns *kinds.Namespace, t *mesh.Template, asked string) *mesh.Injector {
	want, known := mesh.ResolveRevision(p, asked)
	injectors := mesh.Injectors(p)
	var takes *mesh.Injector
	for n := range injectors {
		i := &injectors[n]
		switch answer := i.Gets(ns, t); {
		case answer == mesh.No:
		case answer == mesh.Maybe || known == mesh.Maybe || i.Revision() == want:
			return nil
		case takes == nil:
			takes = i
		}
	}
	return takes
}
