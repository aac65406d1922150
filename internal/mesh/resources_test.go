package mesh_test

import (
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestLostResources(t *testing.T) {
	const (
		cpu, memory           = `sidecar.istio.io/proxyCPU: 100m`, `sidecar.istio.io/proxyMemory: 1Mi`
		cpuLimit, memoryLimit = `sidecar.istio.io/proxyCPULimit: "1"`, `sidecar.istio.io/proxyMemoryLimit: 2Mi`
	)
	for annotations, want := range map[string]string{
		"":                            "[]",
		"other: x":                    "[]",
		cpu:                           "[memory request cpu limit memory limit]",
		memory:                        "[cpu request cpu limit memory limit]",
		cpuLimit:                      "[memory request memory limit]",
		memoryLimit:                   "[cpu request cpu limit]",
		cpu + ", " + memory:           "[cpu limit memory limit]",
		cpuLimit + ", " + memoryLimit: "[]",
		cpu + ", " + memoryLimit:      "[cpu limit]",
	} {
		for proxy, without := range map[string]string{
			"{name: app, image: example/app}": want,
			"{name: istio-proxy, image: auto, resources: {requests: {cpu: 1, memory: 1}, limits: {cpu: 1, memory: 1}}}": "[]",
		} {
			s := fromManifests(t, fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: shop, annotations: {%s}}
spec: {containers: [%s]}
`, annotations, proxy))
			w, _ := kinds.ResolveWorkload(s, inventory.Ref{Kind: "Pod", Namespace: "shop", Name: "p"})
			if got := fmt.Sprint(mesh.LostResources(s, w)); got != without {
				t.Errorf("{%s} %s: got %s, want %s", annotations, proxy, got, without)
			}
		}
	}
}

func TestParseAmount(t *testing.T) {
	for value, want := range map[string]bool{
		"1": true, "0": true, "500m": true, " 1Gi ": false, "1Gi\n": false, "1e3": true, ".5": true,
		"": false, "-1": false, "1 Gi": false, "1GB": false, "all": false,
	} {
		if _, got := mesh.ParseAmount(value); got != want {
			t.Errorf("%q: got %t", value, got)
		}
	}
}

func TestPodField(t *testing.T) {
	for kind, want := range map[inventory.Kind]string{
		"Pod": "metadata.labels", "Deployment.apps": "spec.template.metadata.labels",
		"CronJob.batch": "spec.jobTemplate.spec.template.metadata.labels", "Rollout.argoproj.io": "spec.template.metadata.labels",
	} {
		if got := mesh.PodField(kind, "metadata.labels"); got != want {
			t.Errorf("%s: got %s, want %s", kind, got, want)
		}
	}
}
