package mesh_test

import (
	"slices"
	"strings"
	"testing"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestAnnotationsRegistry: what Istio's registry has is found, is a key of
// Istio's, means something somewhere, and is not taken for another.
func TestAnnotationsRegistry(t *testing.T) {
	for _, i := range annotation.AllResourceAnnotations() {
		if mesh.LookUpAnnotation(i.Name) != i || !mesh.IstioKey(i.Name) {
			t.Errorf("%s is not found", i.Name)
		}
		applies := false
		for kind := annotation.Any; kind <= annotation.WorkloadEntry; kind++ {
			applies = applies || mesh.AppliesTo(i, kind)
		}
		if !applies || mesh.AppliesTo(i, annotation.Unknown) && !slices.Contains(i.Resources, annotation.Any) {
			t.Errorf("%s applies to nothing, or to anything", i.Name)
		}
		if mesh.ReadByIstio(i.Name) {
			t.Errorf("%s is in the registry now, and needs no exception", i.Name)
		}
		if got := mesh.NearestAnnotation(i.Name); got != i.Name {
			t.Errorf("%s: %q is nearer than itself", i.Name, got)
		}
		if got := mesh.NearestAnnotation(strings.ToUpper(i.Name)); got != i.Name {
			t.Errorf("%s in capitals: %q", i.Name, got)
		}
	}
}

func TestIstioKey(t *testing.T) {
	for key, want := range map[string]bool{
		"sidecar.istio.io/inject": true, "istio.io/rev": true, "kubernetes.io/ingress.class": true,
		"a.b.istio.io/c": true, "kubernetes.io/other": false, "kiali.io/x": false, "myistio.io/x": false,
		"istio.io.example.com/x": false, "inject": false, "": false,
	} {
		if mesh.IstioKey(key) != want {
			t.Errorf("%q is not %t", key, want)
		}
	}
}

func TestNearestAnnotation(t *testing.T) {
	for key, want := range map[string]string{
		"sidecar.istio.io/proxyCpu":                   "sidecar.istio.io/proxyCPU",
		"sidecar.istio.io/porxyCPU":                   "sidecar.istio.io/proxyCPU",
		"sidecar.istio.io/proxyMemry":                 "sidecar.istio.io/proxyMemory",
		"sidecars.istio.io/inject":                    "sidecar.istio.io/inject",
		"traffic.istio.io/excludeOutboundPorts":       "traffic.sidecar.istio.io/excludeOutboundPorts",
		"sidecar.istio.io/includeOutboundIPRanges":    "traffic.sidecar.istio.io/includeOutboundIPRanges",
		"istio.io/config":                             "proxy.istio.io/config",
		"sidecar.istio.io/statsInclusionXxfixes":      "", // two as near
		"sidecar.istio.io/nothingLikeIt":              "",
		"example.com/proxyCPU":                        "",
		"traffic.sidecar.istio.io/excludeOutboundIps": "",
	} {
		if got := mesh.NearestAnnotation(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

// What istiod's injector takes and refuses.
func TestValidAnnotation(t *testing.T) {
	const traffic, ready = "traffic.sidecar.istio.io/", "readiness.status.sidecar.istio.io/"
	for _, tt := range []struct{ key, good, bad string }{
		{"sidecar.istio.io/interceptionMode", "REDIRECT|TPROXY|NONE", "redirect||REDIRECT "},
		{"status.sidecar.istio.io/port", "0|15020| 15020 |65535", "-1|65536|http|"},
		{ready + "initialDelaySeconds", "0|30", "-1|1s|1.5|| 3"},
		{ready + "periodSeconds", "4294967295", "4294967296"},
		{ready + "failureThreshold", "30", "thirty"},
		{traffic + "includeOutboundIPRanges", "*||10.0.0.0/8|10.0.0.0/8,fd00::/8", "10.0.0.1|10.0.0.0/8, 10.1.0.0/16|*,10.0.0.0/8|10.0.0.0/33"},
		{traffic + "excludeOutboundIPRanges", "|169.254.169.254/32", "*|169.254.169.254"},
		{traffic + "includeInboundPorts", "*||80|80, 443| 80 ", "80,|*,80|http"},
		{traffic + "excludeInboundPorts", "|80,443|0", "*|80-90|65536"},
		{traffic + "excludeOutboundPorts", "|3306", "*|3306/TCP"},
		{traffic + "excludeInterfaces", "|eth1|eth1, net0|a.b-c_d", "eth1,|1eth|averyveryverylongname|eth/1"},
		{traffic + "kubevirtInterfaces", "net1", "net 1"},
		{"istio.io/reroute-virtual-interfaces", "net1,net2", ",net1"},
		{"prometheus.istio.io/merge-metrics", "true|false|1|T", "yes||on"},
		{
			"proxy.istio.io/config",
			"|concurrency: 2|{drainDuration: 45s, holdApplicationUntilProxyStarts: true}|unknownField: 1|image: {imageType: distroless}|discoveryAddress: istiod-canary.istio-system.svc:15012",
			"concurrency: many|drainDuration: 45|drainDuration: 1500ms|statusPort: 70000|interceptionMode: FREE|discoveryAddress: istiod|[1, 2]|a: b: c",
		},
		{"sidecar.istio.io/proxyCPU", "many", ""}, // see ParseAmount
		{"example.com/port", "many", ""},
	} {
		for good := range strings.SplitSeq(tt.good, "|") {
			if err := mesh.ValidAnnotation(tt.key, good); err != nil {
				t.Errorf("%s %q: %v", tt.key, good, err)
			}
		}
		for bad := range strings.SplitSeq(tt.bad, "|") {
			if tt.bad != "" && mesh.ValidAnnotation(tt.key, bad) == nil {
				t.Errorf("%s takes %q", tt.key, bad)
			}
		}
	}
}

func TestAnnotatedPlaces(t *testing.T) {
	store := fromManifests(t, `
apiVersion: apps/v1
kind: Deployment
metadata:
  namespace: shop
  name: cart
  annotations: {sidecar.istio.io/proxyCPU: 1m, sidecar.istio.io/inject: "true", example.com/a: b, install.operator.istio.io/owning-resource: x}
spec:
  template:
    metadata: {annotations: {sidecar.istio.io/proxyCPU: 2m, sidecar.istio.io/inject: "true", proxy.istio.io/overrides: "{}"}}
    spec: {containers: [{name: app}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {namespace: shop, name: nightly}
spec: {jobTemplate: {spec: {template: {metadata: {annotations: {istio.io/typo: x}}, spec: {containers: [{name: app}]}}}}}
---
apiVersion: v1
kind: Pod
metadata:
  namespace: shop
  name: lone
  annotations: {sidecar.istio.io/status: "{}", traffic.sidecar.istio.io/includeInboundPorts: "*", sidecar.istio.io/proxyCPU: 1m}
spec: {containers: [{name: app}, {name: istio-proxy, args: [proxy, sidecar]}]}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, annotations: {topology.istio.io/controlPlaneClusters: a, kubectl.kubernetes.io/x: z}}}
---
{apiVersion: v1, kind: Service, metadata: {namespace: shop, name: cart, annotations: {networking.istio.io/exportTo: .}}, spec: {ports: [{port: 80}]}}
`)
	for _, tt := range []struct {
		subject inventory.Ref
		want    []string
	}{
		{kinds.Deployments.Ref("shop", "cart"), []string{
			"Pod spec.template.metadata.annotations[sidecar.istio.io/inject]=true",
			"Pod spec.template.metadata.annotations[sidecar.istio.io/proxyCPU]=2m",
			"Unknown metadata.annotations[sidecar.istio.io/inject]=true copy",
			"Unknown metadata.annotations[sidecar.istio.io/proxyCPU]=1m",
		}},
		{kinds.CronJobs.Ref("shop", "nightly"), []string{
			"Pod spec.jobTemplate.spec.template.metadata.annotations[istio.io/typo]=x",
		}},
		{kinds.Pods.Ref("shop", "lone"), []string{"Pod metadata.annotations[sidecar.istio.io/proxyCPU]=1m"}},
		{kinds.Namespaces.Ref("", "shop"), []string{"Namespace metadata.annotations[topology.istio.io/controlPlaneClusters]=a"}},
		{kinds.Services.Ref("shop", "cart"), []string{"Service metadata.annotations[networking.istio.io/exportTo]=."}},
		{kinds.Services.Ref("shop", "gone"), nil},
		{kinds.Deployments.Ref("shop", "gone"), nil},
	} {
		var got []string
		for a := range mesh.AnnotatedPlaces(store, tt.subject) {
			text := a.On.String() + " " + a.Field + "=" + a.Value
			if a.Copy {
				text += " copy"
			}
			got = append(got, text)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %s", tt.subject, strings.Join(got, "\n"))
		}
	}
}
