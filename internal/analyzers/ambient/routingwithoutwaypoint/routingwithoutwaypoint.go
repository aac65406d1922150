// Package routingwithoutwaypoint flags routes and rules that clients in ambient
// mode take no notice of.
package routingwithoutwaypoint

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags VirtualServices and DestinationRules for what runs in ambient
// mode that no waypoint applies. Where a part of the backends has sidecars, it
// says nothing.
var Analyzer = &analysis.Analyzer{
	Name:     "routingwithoutwaypoint",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "Routes or rules for a service in ambient mode are applied by no waypoint",
	Why: "ztunnel knows connections and no requests: clients in ambient mode take no notice of the routes, retries, timeouts, " +
		"hashing and ejection that are written there. Those with a sidecar do.",
	Fix: "Put a waypoint before the Service: istioctl waypoint apply -n NAMESPACE, then kubectl label service NAME -n NAMESPACE " +
		"istio.io/use-waypoint=waypoint; write the routes and rules into the namespace of the Service.",
	Equivalents: []string{"KIA0210", "KIA0211", "KIA0212", "KIA1109", "KIA1113", "KIA1114"},
	Subject:     kinds.VirtualServices.Name,
	Also:        mesh.RuleKinds,
	Run:         run,
}

func run(p *analysis.Pass) {
	if p.Subject().Ref.Kind == kinds.DestinationRules.Name {
		rules(p, kinds.DestinationRules.Of(p.Subject()))
		return
	}
	routes(p, kinds.VirtualServices.Of(p.Subject()))
}

const ignored = "clients in ambient mode take no notice of it, since "

func routes(p *analysis.Pass, vs *kinds.VirtualService) {
	if !vs.Deleted.IsZero() || !mesh.RoutesForMesh(vs) {
		return
	}
	for i, h := range vs.Spec.GetHosts() {
		if kinds.IsWildcard(h) {
			continue
		}
		field, fqdn := mesh.HostField(i), kinds.ResolveHost(h, vs.Namespace)
		at := mesh.LookUp(p, fqdn)
		waypoint, ambient, known := mesh.HostWaypoint(p, fqdn)
		switch {
		case !at.Exists():
			unregistered(p, vs, field, fqdn)
		case !known || !ambient:
		case waypoint == nil:
			p.Report(field, ignored+"no waypoint takes the requests to %s", at.Refs()[0]).Key(fqdn).Relate(at.Refs()...).
				FixBy("Put a waypoint before it: %s.", mesh.UseWaypoint(at.Refs()[0]))
		case vs.Namespace != waypoint.Namespace && vs.Namespace != at.Namespaces()[0]:
			p.Report(field, ignored+"waypoint %s/%s takes routes for %s from namespace %s or its own alone",
				waypoint.Namespace, waypoint.Name, at.Refs()[0], at.Namespaces()[0]).Key(fqdn).Relate(at.Refs()...).
				FixBy("Move the VirtualService into namespace %s.", at.Namespaces()[0])
		}
	}
}

// unregistered: nothing that a waypoint could stand before has the host.
func unregistered(p *analysis.Pass, vs *kinds.VirtualService, field, fqdn string) {
	ns := kinds.Namespaces.Get(p, "", vs.Namespace)
	if ns == nil || mesh.EnrolmentOf(ns).Mode != mesh.Ambient || mesh.RemoteClusters(p) {
		return
	}
	p.Report(field, ignored+"no Service or ServiceEntry has the host %s, and so no waypoint", fqdn).
		Key(fqdn).At(analysis.Low)
}

func rules(p *analysis.Pass, d *kinds.DestinationRule) {
	parts := mesh.RequestRules(d.Spec)
	forSome := d.Spec.GetWorkloadSelector() != nil
	if !d.Deleted.IsZero() || len(parts) == 0 || kinds.IsWildcard(d.Spec.GetHost()) || forSome {
		return
	}
	fqdn := kinds.ResolveHost(d.Spec.GetHost(), d.Namespace)
	waypoint, ambient, known := mesh.HostWaypoint(p, fqdn)
	if !known || !ambient {
		return
	}
	at := mesh.LookUp(p, fqdn)
	if waypoint == nil {
		p.Report(parts[0].Field, "clients in ambient mode take no notice of %s, since no waypoint takes the requests to %s",
			mesh.PartNames(parts), at.Refs()[0]).Relate(at.Refs()...).
			FixBy("Put a waypoint before it: %s.", mesh.UseWaypoint(at.Refs()[0]))
		return
	}
	if !mesh.Finds(p, d, waypoint.Namespace, fqdn) {
		p.Report(parts[0].Field, "clients in ambient mode take no notice of %s, since waypoint %s/%s does not find the "+
			"rule: it looks into its own namespace, then that of %s, then the root namespace", mesh.PartNames(parts),
			waypoint.Namespace, waypoint.Name, at.Refs()[0]).Relate(at.Refs()...).
			FixBy("Move the DestinationRule into namespace %s.", at.Namespaces()[0])
	}
}
