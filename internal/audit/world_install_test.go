package audit_test

import (
	"fmt"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/manifests"
)

const (
	ambientNamespaces = 20
	nodes             = 50
)

// install adds what Istio's charts install for ambient mode, webhooks and
// ConfigMaps included, the nodes, and namespaces in ambient mode, so that the
// checks about injection and waypoints have work to do.
func (b *builder) install() {
	set := manifests.Load([]string{filepath.Join("..", "..", "bin", "install", "ambient.yaml")}, nil)
	for _, e := range set.Errors {
		panic(&e)
	}
	for _, o := range set.Batch(false).Objects {
		b.batch.Put(o)
	}
	for n := range nodes {
		b.typed("Node", &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("node-%d", n), Labels: map[string]string{corev1.LabelOSStable: "linux"}},
			Status:     corev1.NodeStatus{NodeInfo: corev1.NodeSystemInfo{KubeletVersion: "v1.34.1"}},
		})
		b.agent("ztunnel", map[string]string{"app": "ztunnel"}, n)
		b.agent("istio-cni-node", map[string]string{"k8s-app": "istio-cni-node"}, n)
	}
	for n := range ambientNamespaces {
		b.ambientNamespace(fmt.Sprintf("ambient-%02d", n))
	}
}

// agent is the Pod of a DaemonSet of the installation on a node.
func (b *builder) agent(daemonSet string, labels map[string]string, node int) {
	owner := metav1.ObjectMeta{Namespace: "istio-system", Name: daemonSet}
	p := pod(owner, fmt.Sprintf("%s-%d", daemonSet, node), labels, daemonSet)
	p.OwnerReferences[0].Kind = "DaemonSet"
	b.onNode(p, node)
}

func (b *builder) ambientNamespace(name string) {
	b.typed("Namespace", &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{
			"istio.io/dataplane-mode": "ambient", "istio.io/use-waypoint": "waypoint", "kubernetes.io/metadata.name": name,
		},
	}})
	b.custom("gateway.networking.k8s.io/v1", "Gateway", name, "waypoint", map[string]any{
		"gatewayClassName": "istio-waypoint",
		"listeners":        []any{map[string]any{"name": "mesh", "port": 15008, "protocol": "HBONE"}},
	})
	for d := range deploymentsPer {
		app := fmt.Sprintf("app-%d", d)
		labels := map[string]string{"app": app, "version": "v1"}
		b.typed("Service", service(name, app, map[string]string{"app": app}, 8080))
		b.deployment(name, app, labels, 0)
		set := metav1.ObjectMeta{Namespace: name, Name: app + "-5d4f"}
		for i := range podsPerDeployment {
			p := pod(set, fmt.Sprintf("%s-%d", set.Name, i), labels, app)
			p.Annotations = map[string]string{"ambient.istio.io/redirection": "enabled"}
			b.onNode(p, d*podsPerDeployment+i)
		}
	}
}

// onNode adds a Pod without a sidecar on one of the nodes.
func (b *builder) onNode(p *corev1.Pod, node int) {
	delete(p.Annotations, "sidecar.istio.io/status")
	p.OwnerReferences[0].UID = ""
	p.Spec.InitContainers, p.Spec.NodeName = nil, fmt.Sprintf("node-%d", node%nodes)
	b.typed("Pod", p)
}
