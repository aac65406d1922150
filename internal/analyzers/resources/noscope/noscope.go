// Package noscope flags large meshes of which every sidecar gets the whole.
package noscope

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags meshes with many Services in which nothing narrows what
// sidecars get of them (istio#12453, #9367, #12765, #12237), more severely where
// their memory limit is roughly too low for it. Ambient mode needs no scope.
var Analyzer = &analysis.Analyzer{
	Name:     "noscope",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "Every sidecar of a large mesh gets the whole of it",
	Why:      "Each sidecar holds clusters and endpoints of all Services, most of which its workload never calls: that costs memory in every Pod, and each change of a Service goes to all of them.",
	Fix:      "See how much a proxy holds (istioctl proxy-config clusters POD -n NAMESPACE); then let Sidecar objects without workloadSelector name in spec.egress.hosts what the workloads of their namespace call, namespace by namespace before one in the root namespace, which counts for all others; or let discoverySelectors leave out namespaces that are no part of the mesh.",
	Subject:  kinds.ConfigMaps.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	config := mesh.MeshConfig(p)
	if config.Source != kinds.ConfigMaps.Of(p.Subject()) {
		return // one finding for the mesh, not one for each revision
	}
	least, services := kinds.Thresholds(p).Services, mesh.SharedServices(p)
	if services < least {
		return
	}
	namespace := config.WideNamespace(p)
	if namespace == "" {
		return
	}
	f := p.Report("data.mesh", "the mesh has %d Services or more (spec.thresholds.services), and the sidecars of "+
		"namespace %s get all of them: no Sidecar there or in the root namespace %s leaves any out, and neither "+
		"discoverySelectors nor defaultServiceExportTo does", least, namespace, config.Root(p)).
		Relate(kinds.Namespaces.Ref("", namespace))
	if services < 2*least {
		f.At(analysis.Info)
	}
	memory(p, config, services, f)
}

// memory compares the limit that the installation gives to sidecars with a rough
// estimate: 128Mi, and 50Mi for each 1000 Services.
func memory(p *analysis.Pass, config mesh.Config, services int, f *analysis.Finding) {
	source := config.Injector(p)
	if source == nil {
		return
	}
	limit, given := source.Injector.Values.Limits[corev1.ResourceMemory]
	need := resource.NewQuantity(int64(128+services/1000*50)<<20, resource.BinarySI)
	if !given || limit.Cmp(*need) >= 0 {
		return
	}
	f.At(analysis.Medium).Relate(kinds.ConfigMaps.Ref(source.Namespace, source.Name))
	f.Message += fmt.Sprintf("; the memory limit of %s that global.proxy.resources of ConfigMap %s/%s gives them is "+
		"roughly too low for that, %s would do", limit.String(), source.Namespace, source.Name, need.String())
}
