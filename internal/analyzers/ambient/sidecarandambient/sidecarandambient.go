// Package sidecarandambient flags workloads that ask for a sidecar and for
// ambient mode, or have both.
package sidecarandambient

import (
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that ask for a sidecar and for ambient mode, or have
// both.
var Analyzer = &analysis.Analyzer{
	Name:        "sidecarandambient",
	Severity:    analysis.Medium,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A workload asks for a sidecar and for ambient mode",
	Why:         "Only one of them carries its traffic, and it may change with the next Pod: policies that count on a waypoint, or on the sidecar, then stop to work.",
	Fix:         "Keep one of the two: remove sidecar.istio.io/inject and istio.io/rev from the Pod template, or set istio.io/dataplane-mode: none on it.",
	Equivalents: []string{"KIA1311", "KIA1314", "KIA1315", "KIA1316"},
	Subject:     analysis.Workload,
	Run:         run,
}

var modeLabel = label.IoIstioDataplaneMode.Name

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	c := candidate{Pass: p, w: w, t: mesh.OfWorkload(w), ns: kinds.Namespaces.Get(p, "", w.Namespace())}
	if c.ns == nil || c.ns.Terminating || c.t.Component() != mesh.NoComponent {
		return
	}
	c.asks, c.mode = mesh.OptedInBy(&c.t), c.t.Labels[modeLabel]
	c.survey()
	c.judge()
}

// judge reports the first case that applies.
func (c *candidate) judge() {
	ambient := c.mode == "ambient"
	switch {
	case c.both:
		c.report("spec", "Pods have a sidecar and are redirected to ztunnel (ambient.istio.io/redirection=enabled): "+
			"both take the same traffic").At(analysis.High).FixBy("%s", mesh.Restart(c.w.Ref))
	case c.carried && c.asks != "":
		c.leaves()
	case c.vain && ambient:
		c.report(mesh.LabelField(modeLabel), "%s=ambient has no effect on Pods with a sidecar, "+
			"which %s of the Pods have: ztunnel leaves them alone", modeLabel, mesh.Share(c.all))
	case ambient && c.asks != "":
		c.contradicts()
	case c.sidecar && c.mode == "" && mesh.EnrolmentOf(c.ns).Mode == mesh.Ambient:
		c.remains()
	}
}

// candidate is a workload and what its labels and live Pods show.
type candidate struct {
	*analysis.Pass

	w    *kinds.Workload
	t    mesh.Template
	ns   *kinds.Namespace
	asks string // the template's label that asks for a sidecar
	mode string // the template's istio.io/dataplane-mode

	both    bool // a Pod has a sidecar and is redirected
	sidecar bool // a Pod has a sidecar
	vain    bool // a Pod with a sidecar asks for ambient mode itself
	carried bool // a Pod that asks for a sidecar, too, is carried by ztunnel alone
	all     bool // all live Pods have a sidecar
}

func (c *candidate) survey() {
	c.all = true
	for pod := range c.w.Pods(c) {
		t := mesh.OfPod(pod)
		if !mesh.HasSidecar(pod) {
			c.carried = c.carried || mesh.InAmbient(pod) && mesh.OptedInBy(&t) == c.asks
			c.all = false
			continue
		}
		c.sidecar = true
		c.vain = c.vain || t.Labels[modeLabel] == "ambient"
		c.both = c.both || mesh.InAmbient(pod)
	}
}

func (c *candidate) report(field, format string, args ...any) *analysis.Finding {
	return c.Report(mesh.PodField(c.w.Ref.Kind, field), format, args...).Relate(kinds.Namespaces.Ref("", c.ns.Name))
}

// asking is the field of the label that asks for a sidecar.
func (c *candidate) asking() string {
	if c.injects() {
		return mesh.LabelField(label.SidecarInject.Name)
	}
	return mesh.LabelField(kinds.RevisionLabel)
}

// injects tells whether it is the label sidecar.istio.io/inject=true; the other,
// istio.io/rev, asks for a sidecar only where an injector takes it.
func (c *candidate) injects() bool { return c.t.Labels[label.SidecarInject.Name] == "true" }
