// Package staleimage flags workloads whose Pods run another image of the proxy
// than new ones would get.
package staleimage

import (
	"slices"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads whose Pods run another image of the proxy than new
// ones would get.
var Analyzer = &analysis.Analyzer{
	Name:        "staleimage",
	Severity:    analysis.Medium,
	Profile:     analysis.Recommended,
	Since:       "v0.1.0",
	Title:       "Pods run another image of the proxy than the injector gives now",
	Why:         "They lack the fixes of the release that the control plane has, and far behind it they may not understand its configuration.",
	Fix:         "Restart the workload, so that its Pods get the image of the injector.",
	Equivalents: []string{"IST0158", "vet:meshversion"},
	Subject:     analysis.Workload,
	Run:         run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || mesh.Over(w) {
		return
	}
	pods := survey(p, w)
	ns := kinds.Namespaces.Get(p, "", w.Namespace())
	if len(pods) == 0 || ns == nil || ns.Terminating {
		return
	}
	t := mesh.OfWorkload(w)
	d := mesh.Decide(p, ns, &t)
	if d.Answer != mesh.Yes {
		return
	}
	images, known := d.Injector.Images(p, &t)
	if !known {
		return
	}
	source := d.Injector.ConfigMap(p)
	for _, names := range [][]string{{"istio-proxy"}, {"istio-init", "istio-validation"}} {
		old, all := outdated(pods, d.Injector.Revision(), names, images)
		if len(old) == 0 {
			continue
		}
		given := images.Proxy
		if names[0] != "istio-proxy" {
			given = images.Init
		}
		p.Report(mesh.PodField(w.Ref.Kind, "spec"),
			"%s of the Pods have %s of version %s, and new ones would get %s (hub and tag of ConfigMap %s/%s)",
			mesh.Share(all), names[0], mesh.List(old), mesh.VersionOf(given), source.Namespace, source.Name).
			Relate(kinds.ConfigMaps.Ref(source.Namespace, source.Name)).FixBy("%s", mesh.Restart(w.Ref))
		return
	}
}

// survey lists the live Pods with a proxy of an image that they did not name
// themselves.
func survey(p *analysis.Pass, w *kinds.Workload) []*kinds.Pod {
	var out []*kinds.Pod
	for pod := range w.Pods(p) {
		t := mesh.OfPod(pod)
		_, own := pod.Annotations[annotation.SidecarProxyImage.Name]
		if t.Role() != mesh.NoProxy && !own && mesh.Settled(p, pod) {
			out = append(out, pod)
		}
	}
	return out
}

// outdated lists, sorted, the versions of a container that are not those given,
// and tells whether all of the Pods have one. Those of another revision are
// told by stalerevision, and those that name none are injected by hand.
func outdated(pods []*kinds.Pod, revision string, names []string, given mesh.ProxyImages) (old []string, all bool) {
	all = true
	for _, pod := range pods {
		stale := false
		for c := range pod.AllContainers {
			version := mesh.VersionOf(c.Image)
			if !slices.Contains(names, c.Name) || mesh.RevisionOf(pod) != revision || !differs(version, c.Name, given) {
				continue
			}
			if stale = true; !slices.Contains(old, version.String()) {
				old = append(old, version.String())
			}
		}
		all = all && stale
	}
	slices.Sort(old)
	return old, all
}

func differs(v mesh.ImageVersion, container string, given mesh.ProxyImages) bool {
	return v.Differs(mesh.VersionOf(given.Proxy)) &&
		(container == "istio-proxy" || v.Differs(mesh.VersionOf(given.Init)))
}
