package mesh_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestComponent(t *testing.T) {
	container := func(name string, args ...string) kinds.PodSpec {
		return kinds.PodSpec{Containers: []kinds.Container{{Name: name, Args: args}}}
	}
	for _, tt := range []struct {
		labels string
		spec   kinds.PodSpec
		want   mesh.Component
	}{
		{"app=cart", container("app"), mesh.NoComponent},
		{"app=cart", container("discovery"), mesh.NoComponent},
		{"app=istiod", container("discovery"), mesh.Istiod},
		{"app=mine", container("discovery", "discovery", "--monitoringAddr=:15014"), mesh.Istiod},
		{"app=ztunnel", container("istio-proxy"), mesh.Ztunnel},
		{"app=mine", container("istio-proxy", "proxy", "ztunnel"), mesh.Ztunnel},
		{"k8s-app=istio-cni-node", container("app"), mesh.CNINode},
		{"", container("install-cni"), mesh.CNINode},
		{"app=edge", container("istio-proxy", "proxy", "router"), mesh.GatewayPods},
		{"gateway.networking.k8s.io/gateway-name=edge,gateway.istio.io/managed=istio.io-gateway-controller", container("istio-proxy"), mesh.GatewayPods},
		{"gateway.networking.k8s.io/gateway-name=w,gateway.istio.io/managed=istio.io-mesh-controller", container("istio-proxy", "proxy", "waypoint"), mesh.WaypointPods},
		{"app=cart", kinds.PodSpec{Containers: []kinds.Container{{Name: "app"}, {Name: "istio-proxy"}}}, mesh.NoComponent},
	} {
		template := mesh.Template{Labels: labelsOf(tt.labels), Spec: &tt.spec}
		if got := template.Component(); got != tt.want {
			t.Errorf("%s, %+v: %q, want %q", tt.labels, tt.spec.Containers, got, tt.want)
		}
		control := slices.Contains([]mesh.Component{mesh.Istiod, mesh.Ztunnel, mesh.CNINode}, tt.want)
		if mesh.ControlPlaneWorkload(&template) != control {
			t.Errorf("%q: of the control plane is not %t", tt.want, control)
		}
	}
}

// Controllers count without Pods as with them, for every kind of controller:
// whether a selector chooses something does not depend on how many Pods run.
func TestSelectionIgnoresScale(t *testing.T) {
	for _, k := range kinds.ControllerKinds {
		group, version := k.Name.Group(), "apps/v1"
		if group == "batch" {
			version = "batch/v1"
		}
		template := "template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: app}]}}"
		if k.Name == kinds.CronJobs.Name {
			template = "jobTemplate: {spec: {" + template + "}}"
		}
		for _, pods := range []int{0, 1, 3} {
			text := fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {namespace: shop, name: cart, uid: u}, spec: {%s}}\n",
				version, k.Name.Short(), template)
			for n := range pods {
				text += fmt.Sprintf(`---
apiVersion: v1
kind: Pod
metadata:
  {namespace: shop, name: cart-%d, labels: {app: cart}, ownerReferences: [{apiVersion: %s, kind: %s, name: cart, uid: u, controller: true}]}
spec: {containers: [{name: app}]}
`, n, version, k.Name.Short())
			}
			store := fromManifests(t, text)
			for selector, want := range map[string]bool{"app=cart": true, "app=card": false, "": true} {
				if got := mesh.SelectsWorkload(store, "shop", labelsOf(selector)); got != want {
					t.Errorf("%s with %d Pods, %q: %t", k.Name, pods, selector, got)
				}
			}
			var found []string
			for t := range mesh.UserWorkloads(store, "shop") {
				found = append(found, t.Ref.Name)
			}
			if !slices.Equal(found, []string{"cart"}) {
				t.Errorf("%s with %d Pods: %v", k.Name, pods, found)
			}
		}
	}
}

func TestUserWorkloads(t *testing.T) {
	job := func(name, condition string) string {
		return fmt.Sprintf(`---
apiVersion: batch/v1
kind: Job
metadata: {namespace: shop, name: %s}
spec: {template: {spec: {containers: [{name: app}]}}}
status: {conditions: [%s]}
`, name, condition)
	}
	store := fromManifests(t, job("done", `{type: Complete, status: "True"}`)+job("failed", `{type: Failed, status: "True"}`)+
		job("halted", `{type: Suspended, status: "True"}`)+job("doing", "")+`---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: edge}, spec: {containers: [{name: istio-proxy, args: [proxy, router]}]}}
---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: cart}, spec: {containers: [{name: app}]}}
`)
	var found []string
	for t := range mesh.UserWorkloads(store, "shop") {
		found = append(found, t.Ref.Name)
	}
	if got := strings.Join(found, " "); got != "doing halted cart" {
		t.Error(got)
	}
}

func TestEntries(t *testing.T) {
	store := fromManifests(t, `
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {namespace: shop, name: vm, labels: {team: shop}}
spec: {address: 192.0.2.1, labels: {app: cart}, serviceAccount: cart}
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {namespace: shop, name: vms}
spec: {metadata: {labels: {app: cart}}, template: {serviceAccount: carts}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {namespace: bank, name: vm}
spec: {address: 192.0.2.2, labels: {app: cart}}
`)
	for _, tt := range []struct{ namespace, selector, want string }{
		{"shop", "app=cart", "WorkloadEntry shop/vm cart,WorkloadGroup shop/vms carts"},
		{"shop", "app=cart,team=shop", "WorkloadEntry shop/vm cart"},
		{"shop", "", "WorkloadEntry shop/vm cart,WorkloadGroup shop/vms carts"},
		{"", "app=cart", "WorkloadEntry bank/vm ,WorkloadEntry shop/vm cart,WorkloadGroup shop/vms carts"},
		{"shop", "app=card", ""},
	} {
		var got []string
		for e := range mesh.Entries(store, tt.namespace, labelsOf(tt.selector)) {
			got = append(got, e.Ref.Kind.Short()+" "+e.Ref.Namespace+"/"+e.Ref.Name+" "+e.ServiceAccount)
		}
		if text := strings.Join(got, ","); text != tt.want {
			t.Errorf("%+v: %s", tt, text)
		}
		if mesh.SelectsEntry(store, tt.namespace, labelsOf(tt.selector)) != (tt.want != "") {
			t.Errorf("%+v: SelectsEntry", tt)
		}
	}
}
