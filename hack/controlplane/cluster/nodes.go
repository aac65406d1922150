package cluster

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
)

const (
	defaultNodes = 3
	region       = "simulated"
)

// createNodes creates the nodes that kwok simulates and waits until pods can
// be scheduled to them.
func (c *Cluster) createNodes(ctx context.Context, count int) error {
	if count == 0 {
		count = defaultNodes
	}
	version, err := c.clientset.Discovery().ServerVersion()
	if err != nil {
		return fmt.Errorf("version of the API server: %w", err)
	}
	for i := range count {
		if err := c.create(ctx, newNode(i+1, version.GitVersion)); err != nil {
			return err
		}
	}
	err = wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, startTimeout, true, c.nodesReady)
	if err != nil {
		return fmt.Errorf("wait for the nodes: %w\n%s", err, c.LogTail(binaries.Kwok))
	}
	return nil
}

// newNode gives the node addresses, capacity and a kubelet's version, which
// kwok keeps: its own defaults are larger than any real machine.
func newNode(number int, version string) *corev1.Node {
	name := fmt.Sprintf("node-%d", number)
	capacity := corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse("32"),
		corev1.ResourceMemory: resource.MustParse("128Gi"),
		corev1.ResourcePods:   resource.MustParse("500"),
	}
	podCIDR := fmt.Sprintf("10.244.%d.0/24", number)
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			corev1.LabelHostname:       name,
			corev1.LabelOSStable:       "linux",
			corev1.LabelArchStable:     "amd64",
			corev1.LabelTopologyRegion: region,
			corev1.LabelTopologyZone:   fmt.Sprintf("%s-%d", region, number),
		}},
		Spec: corev1.NodeSpec{PodCIDR: podCIDR, PodCIDRs: []string{podCIDR}},
		Status: corev1.NodeStatus{
			Capacity:    capacity,
			Allocatable: capacity,
			NodeInfo:    corev1.NodeSystemInfo{KubeletVersion: version},
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("172.18.0.%d", number)},
				{Type: corev1.NodeHostName, Address: name},
			},
		},
	}
}

func (c *Cluster) nodesReady(ctx context.Context) (bool, error) {
	nodes := &corev1.NodeList{}
	if err := c.Client.List(ctx, nodes); err != nil {
		return false, fmt.Errorf("list nodes: %w", err)
	}
	for i := range nodes.Items {
		if node := &nodes.Items[i]; !ready(node) || len(node.Spec.Taints) > 0 {
			return false, nil
		}
	}
	return true, nil
}

func ready(node *corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
