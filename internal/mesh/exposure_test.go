package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestBrings(t *testing.T) {
	spec := &kinds.PodSpec{Containers: []kinds.Container{{Name: "istio-proxy", Ports: []kinds.Port{
		{Name: "http2", Number: 8080, Protocol: corev1.ProtocolTCP}, {Name: "quic", Number: 8443, Protocol: corev1.ProtocolUDP},
	}}}}
	for _, tt := range []struct {
		name   string
		port   kinds.ServicePort
		number int32
		want   mesh.Answer
	}{
		{"the Service's port", kinds.ServicePort{Number: 80, TargetPort: intstr.FromInt32(8080)}, 80, mesh.Yes},
		{"the Pod's port", kinds.ServicePort{Number: 80, TargetPort: intstr.FromInt32(8080)}, 8080, mesh.Yes},
		{"another", kinds.ServicePort{Number: 80, TargetPort: intstr.FromInt32(8080)}, 8081, mesh.No},
		{"by name", kinds.ServicePort{Number: 80, TargetPort: intstr.FromString("http2")}, 8080, mesh.Yes},
		{"by name, another", kinds.ServicePort{Number: 80, TargetPort: intstr.FromString("http2")}, 8081, mesh.No},
		{"by an undeclared name", kinds.ServicePort{Number: 80, TargetPort: intstr.FromString("http")}, 8081, mesh.Maybe},
		{"by a name for UDP", kinds.ServicePort{Number: 443, TargetPort: intstr.FromString("quic")}, 8443, mesh.Maybe},
	} {
		tt.port.Protocol = corev1.ProtocolTCP
		if got := mesh.Brings(&kinds.Service{Ports: []kinds.ServicePort{tt.port}}, spec, tt.number); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		tt.port.Protocol = corev1.ProtocolUDP
		if got := mesh.Brings(&kinds.Service{Ports: []kinds.ServicePort{tt.port}}, spec, tt.number); got != mesh.No {
			t.Errorf("%s, UDP: %v", tt.name, got)
		}
	}
}

func TestOnNode(t *testing.T) {
	spec := &kinds.PodSpec{Containers: []kinds.Container{{Ports: []kinds.Port{{Number: 80, HostPort: 8000}, {Number: 81}}}}}
	for number, want := range map[int32]bool{80: true, 8000: true, 81: false, 82: false} {
		if got := mesh.OnNode(spec, number); got != want {
			t.Errorf("%d: %v", number, got)
		}
	}
	if !mesh.OnNode(&kinds.PodSpec{HostNetwork: true}, 82) {
		t.Error("not on the host's network")
	}
}

func TestPublicService(t *testing.T) {
	const cloud = "service.beta.kubernetes.io/"
	for _, tt := range []struct {
		name, kind, annotations, ranges string
		want                            mesh.Answer
	}{
		{"inside", "ClusterIP", "", "", mesh.No},
		{"a node's port", "NodePort", "", "", mesh.Maybe},
		{"balanced", "LoadBalancer", "", "", mesh.Yes},
		{"Azure, private", "LoadBalancer", cloud + "azure-load-balancer-internal=true", "", mesh.No},
		{"Azure, public", "LoadBalancer", cloud + "azure-load-balancer-internal=false", "", mesh.Yes},
		{"Google, private", "LoadBalancer", "networking.gke.io/load-balancer-type=Internal", "", mesh.No},
		{"Google, older", "LoadBalancer", "cloud.google.com/load-balancer-type=Internal", "", mesh.No},
		{"AWS, in tree", "LoadBalancer", cloud + "aws-load-balancer-type=nlb", "", mesh.Yes},
		{"AWS, private", "LoadBalancer", cloud + "aws-load-balancer-internal=0.0.0.0/0", "", mesh.No},
		{"AWS, its controller's default", "LoadBalancer", cloud + "aws-load-balancer-type=external", "", mesh.No},
		{
			"AWS, public", "LoadBalancer",
			cloud + "aws-load-balancer-type=external," + cloud + "aws-load-balancer-scheme=internet-facing", "", mesh.Yes,
		},
		{"OpenStack, private", "LoadBalancer", cloud + "openstack-internal-load-balancer=true", "", mesh.No},
		{"IBM, private", "LoadBalancer", "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type=private", "", mesh.No},
		{"everyone", "LoadBalancer", "", "10.0.0.0/8 0.0.0.0/0", mesh.Yes},
		{"private addresses", "LoadBalancer", "", "10.0.0.0/8 192.168.1.0/24 fd00::/8", mesh.No},
		{"some strangers", "LoadBalancer", "", "10.0.0.0/8 203.0.113.0/24", mesh.Maybe},
		{"unreadable", "LoadBalancer", "", "here", mesh.Maybe},
		{"by annotation", "LoadBalancer", cloud + "load-balancer-source-ranges=10.0.0.0/8", "", mesh.No},
	} {
		s := &kinds.Service{Type: corev1.ServiceType(tt.kind), SourceRanges: strings.Fields(tt.ranges)}
		s.Annotations = labelsOf(tt.annotations)
		if got := mesh.PublicService(s); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := mesh.PublicService(&kinds.Service{Type: "ClusterIP", ExternalIPs: []string{"192.0.2.1"}}); got != mesh.Maybe {
		t.Errorf("external addresses: %v", got)
	}
}

const entrances = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: web, namespace: edge}
spec:
  selector: {istio: ingress}
  servers:
    - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["shop/a.com"]}
    - {port: {number: 443, name: pass, protocol: TLS}, hosts: [b.com], tls: {mode: PASSTHROUGH}}
    - {port: {number: 9000, name: tcp, protocol: TCP}, hosts: ["*"]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: edge}
spec:
  template:
    metadata: {labels: {istio: ingress}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: edge}
spec:
  type: LoadBalancer
  selector: {istio: ingress}
  ports: [{name: http, port: 80}, {name: tls, port: 443}]
---
apiVersion: v1
kind: Service
metadata: {name: nodes, namespace: edge}
spec:
  type: NodePort
  selector: {istio: ingress}
  ports: [{name: http, port: 80}, {name: tcp, port: 9000}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: vs, namespace: shop}
spec:
  gateways: [edge/web]
`

func TestPublicDestinations(t *testing.T) {
	for _, tt := range []struct{ name, spec, want string }{
		{"http", `{hosts: [a.com], http: [{route: [{destination: {host: x}}]}]}`, "http[0] 80 Yes Service edge/gateway"},
		{"another host", `{hosts: [c.com], http: [{route: [{destination: {host: x}}]}]}`, ""},
		{"tls", `{hosts: [b.com], tls: [{match: [{sniHosts: [b.com]}], route: [{destination: {host: x}}]}]}`, "tls[0] 443 Yes Service edge/gateway"},
		{"tcp", `{hosts: ["*"], tcp: [{route: [{destination: {host: x}}]}]}`, "tcp[0] 9000 Maybe Service edge/nodes"},
		{"tcp for its port", `{hosts: ["*"], tcp: [{match: [{port: 9000}], route: [{destination: {host: x}}]}]}`, "tcp[0] 9000 Maybe Service edge/nodes"},
		{"tcp for another port", `{hosts: ["*"], tcp: [{match: [{port: 80}], route: [{destination: {host: x}}]}]}`, ""},
		{"not visible", `{hosts: [a.com], exportTo: [.], http: [{route: [{destination: {host: x}}]}]}`, ""},
		{"visible", `{hosts: [a.com], exportTo: [., edge], http: [{route: [{destination: {host: x}}]}]}`, "http[0] 80 Yes Service edge/gateway"},
		{"for sidecars", `{hosts: [a.com], http: [{match: [{gateways: [mesh]}], route: [{destination: {host: x}}]}]}`, ""},
		{"one match of two", `{hosts: [a.com], http: [{match: [{gateways: [mesh]}, {gateways: [edge/web]}], route: [{destination: {host: x}}]}]}`, "http[0] 80 Yes Service edge/gateway"},
	} {
		spec := strings.Replace(tt.spec, "{", "{gateways: [edge/web], ", 1)
		s := fromManifests(t, entrances[:strings.LastIndex(entrances, "---")]+
			"---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: vs, namespace: shop}\nspec: "+spec)
		got := ""
		for d, e := range mesh.PublicDestinations(s, kinds.VirtualServices.Get(s, "shop", "vs")) {
			route, _, _ := strings.Cut(strings.TrimPrefix(d.Field, "spec."), ".")
			got += fmt.Sprint(route, " ", e.Port(), " ", []string{"No", "Maybe", "Yes"}[e.Open], " ", e.By)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Without anything but an application's files, the chart's ingress gateway may
// well be public; its egress gateway is not.
func TestChartGatewaysMayBePublic(t *testing.T) {
	settings := kinds.DefaultMesh()
	settings.ChartGateways = true
	s := fromManifests(t, "", settings.Object())
	for name, want := range map[string]mesh.Answer{"ingressgateway": mesh.Maybe, "egressgateway": mesh.No, "mine": mesh.No} {
		g := gatewayWith(map[string]string{"istio": name}, "*")
		if got, _ := mesh.PublicServer(s, g, g.Spec.GetServers()[0], mesh.NewScope(nil, "edge")); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestGuarded(t *testing.T) {
	policy := func(namespace, rest string) string {
		return "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: " + namespace + rest
	}
	for _, tt := range []struct {
		name, world string
		want        bool
	}{
		{"none", "", false},
		{"of the namespace", policy("shop", "}\nspec: {}"), true},
		{"of the mesh", policy("istio-system", "}\nspec: {}"), true},
		{"of another namespace", policy("other", "}\nspec: {}"), false},
		{"of the workload", policy("shop", "}\nspec: {selector: {matchLabels: {app: web}}}"), true},
		{"of another workload", policy("shop", "}\nspec: {selector: {matchLabels: {app: db}}}"), false},
		{"that only records", policy("shop", "}\nspec: {action: AUDIT}"), false},
		{"on trial", policy("shop", ", annotations: {istio.io/dry-run: 'true'}}\nspec: {action: DENY}"), false},
	} {
		s := fromManifests(t, tt.world)
		template := mesh.Template{Ref: kinds.Deployments.Ref("shop", "web"), Labels: map[string]string{"app": "web"}}
		if got := mesh.Guarded(s, &template); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
