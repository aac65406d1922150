// Package unboundwaypoint flags labels that ask for a waypoint which istiod does
// not use.
package unboundwaypoint

import (
	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags labels that ask for a waypoint which istiod does not use.
var Analyzer = &analysis.Analyzer{
	Name:        "unboundwaypoint",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A waypoint that is asked for is not used",
	Why:         "Requests pass the waypoint by, so that policies and routes for HTTP are silently not applied to them.",
	Fix:         "Name a waypoint that is there and takes such traffic from the namespace; istioctl waypoint status and istioctl waypoint list show them.",
	Equivalents: []string{"KIA1313", "IST0171"},
	Subject:     analysis.Workload,
	Also:        mesh.WaypointAskers,
	Run:         run,
}

// asker is a subject that may ask for a waypoint.
type asker struct {
	*analysis.Pass

	labels, annotations map[string]string
	namespace           string
	what                mesh.Traffic
	uses                []mesh.WaypointUse // by its own labels
	field               func(string) string
	idle                func() bool // unusedwaypoint reports it
}

func run(p *analysis.Pass) {
	a, ok := askerOf(p)
	if !ok {
		return
	}
	for _, u := range a.uses {
		a.judge(u)
	}
	for _, pair := range [][2]string{
		{label.IoIstioUseWaypointNamespace.Name, label.IoIstioUseWaypoint.Name},
		{label.IoIstioUseWaypointCanaryNamespace.Name, label.IoIstioUseWaypointCanary.Name},
	} {
		value, given := a.labels[pair[0]]
		if _, named := a.labels[pair[1]]; given && !named {
			p.Report(a.field(mesh.LabelField(pair[0])), "%s=%s has no effect without %s beside it", pair[0], value, pair[1]).
				At(analysis.Low).FixBy("Set %s, too, or remove the label.", pair[1])
		}
	}
}

func askerOf(p *analysis.Pass) (*asker, bool) {
	switch o := p.Subject(); o.Ref.Kind {
	case kinds.Namespaces.Name:
		ns := kinds.Namespaces.Of(o)
		return ofObject(p, &ns.Meta, mesh.ServiceTraffic), !ns.Terminating
	case kinds.Services.Name:
		s := kinds.Services.Of(o)
		return ofObject(p, &s.Meta, mesh.ServiceTraffic), bindable(s)
	case kinds.ServiceEntries.Name:
		e := kinds.ServiceEntries.Of(o)
		return ofObject(p, &e.Meta, mesh.ServiceTraffic), e.Deleted.IsZero()
	case kinds.WorkloadEntries.Name:
		e := kinds.WorkloadEntries.Of(o)
		return ofObject(p, &e.Meta, mesh.WorkloadTraffic), e.Deleted.IsZero()
	}
	return ofWorkload(p)
}

func ofObject(p *analysis.Pass, m *kinds.Meta, what mesh.Traffic) *asker {
	kind := p.Subject().Ref.Kind
	a := &asker{
		Pass: p, labels: m.Labels, annotations: m.Annotations, namespace: m.Namespace, what: what,
		field: func(f string) string { return f },
		idle: func() bool {
			return (kind == kinds.Namespaces.Name || kind == kinds.Services.Name) && mesh.IdleWaypoint(p, kind, m)
		},
	}
	if kind == kinds.Namespaces.Name {
		a.namespace = m.Name
	}
	a.add(mesh.WaypointUsed(p, kind, m))
	if kind != kinds.WorkloadEntries.Name {
		a.add(mesh.CanaryUsed(p, kind, m))
	}
	return a
}

func ofWorkload(p *analysis.Pass) (*asker, bool) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return nil, false
	}
	t := mesh.OfWorkload(w)
	a := &asker{
		Pass: p, labels: t.Labels, namespace: w.Namespace(), what: mesh.WorkloadTraffic,
		field: func(f string) string { return mesh.PodField(w.Ref.Kind, f) },
		idle:  func() bool { return mesh.OutsideAmbient(p, w) },
	}
	a.add(mesh.WorkloadWaypointUsed(p, &t))
	return a, t.Component() == mesh.NoComponent
}

// add keeps what the subject itself asks for: the mistake of a Namespace is told
// there, once.
func (a *asker) add(u mesh.WaypointUse, ok bool) {
	if ok && !u.Inherited {
		a.uses = append(a.uses, u)
	}
}
