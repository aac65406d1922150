// Package danglingtag flags revision tags that lead to no control plane.
package danglingtag

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags revision tags of a revision that is not installed.
var Analyzer = &analysis.Analyzer{
	Name:     "danglingtag",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "A revision tag leads to a control plane that is not there",
	Why: "Nobody injects the Pods of the namespaces that ask for the tag, and their gateways and waypoints are not " +
		"deployed.",
	Fix: "Move the tag to an installed revision (istioctl tag set TAG --revision REVISION --overwrite), or remove it " +
		"(istioctl tag remove TAG).",
	Subject: kinds.MutatingWebhooks.Name,
	Also:    mesh.TaggedKinds,
	Run:     run,
}

func run(p *analysis.Pass) {
	m := metadata(p)
	tag, revision := m.Labels[kinds.TagLabel], m.Labels[kinds.RevisionLabel]
	if tag == "" || revision == "" || !m.Deleted.IsZero() || !dangling(p, m, revision) {
		return
	}
	asking := mesh.Asking(p, tag)
	f := p.Report(mesh.LabelField(kinds.RevisionLabel),
		"tag %s leads to revision %s, of which there is no istiod: installed are %s; namespaces that ask for the tag: %s",
		tag, revision, mesh.List(installed(p)), mesh.List(asking)).Of(len(asking)).
		FixBy("Move the tag to an installed revision (istioctl tag set %s --revision %s --overwrite), or remove it "+
			"(istioctl tag remove %s).", tag, installed(p)[0], tag)
	for _, name := range asking {
		f.Relate(kinds.Namespaces.Ref("", name))
	}
}

func metadata(p *analysis.Pass) *kinds.Meta {
	if p.Subject().Ref.Kind == kinds.Services.Name {
		return &kinds.Services.Of(p.Subject()).Meta
	}
	return &kinds.MutatingWebhooks.Of(p.Subject()).Meta
}

// dangling tells whether nothing stands for the revision: no istiod, nothing
// outside of the cluster, no injector but of tags. Where no istiod is known at
// all, as in most files, nothing can be said.
func dangling(p *analysis.Pass, m *kinds.Meta, revision string) bool {
	if len(installed(p)) == 0 || slices.ContainsFunc(mesh.ControlPlanes(p), func(c mesh.ControlPlane) bool {
		return c.Revision == revision && (c.Istiod != nil || c.External)
	}) {
		return false
	}
	if s := kinds.Services.Of(p.Subject()); s != nil {
		return mesh.InControlPlane(p, m.Namespace) && len(s.Selector) > 0 && !mesh.SelectsWorkload(p, s.Namespace, s.Selector)
	}
	return !slices.ContainsFunc(mesh.Injectors(p), func(i mesh.Injector) bool {
		return i.Config.Labels[kinds.TagLabel] == "" && i.Revision() == revision
	})
}

// installed are the revisions of which there is an istiod.
func installed(p *analysis.Pass) []string {
	var out []string
	for _, c := range mesh.ControlPlanes(p) {
		if c.Istiod != nil {
			out = append(out, c.Revision)
		}
	}
	return slices.Compact(out)
}
