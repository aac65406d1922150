package injector

import (
	"cmp"
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

var virtualNodeList = schema.GroupVersionKind{Group: "appmesh.k8s.aws", Version: "v1beta2", Kind: "VirtualNodeList"}

// virtualNode is what App Mesh knows a workload as.
type virtualNode struct {
	mesh, name string
}

// virtualNodes lists the VirtualNodes of a namespace; none without App Mesh.
func (a *appMeshInjector) virtualNodes(ctx context.Context, namespace string) ([]unstructured.Unstructured, error) {
	if a.reader == nil {
		return nil, nil
	}
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(virtualNodeList)
	err := a.reader.List(ctx, list, client.InNamespace(namespace))
	if err != nil && !meta.IsNoMatchError(err) {
		return nil, fmt.Errorf("list VirtualNodes: %w", err)
	}
	return list.Items, nil
}

// virtualNodeOf finds the VirtualNode whose podSelector takes the pod. Where
// there is none the real controller rejects the pod; here it is named after
// its workload, since a sample need not carry the whole mesh.
func virtualNodeOf(pod *corev1.Pod, nodes []unstructured.Unstructured) (virtualNode, error) {
	for _, node := range nodes {
		selected, err := selects(node, pod)
		if err != nil {
			return virtualNode{}, err
		}
		if selected {
			return describe(node), nil
		}
	}
	return virtualNode{mesh: "default", name: nodeName("", workloadName(pod), pod.Namespace)}, nil
}

func selects(node unstructured.Unstructured, pod *corev1.Pod) (bool, error) {
	content, found, err := unstructured.NestedMap(node.Object, "spec", "podSelector")
	if err != nil || !found {
		return false, err
	}
	spec := &metav1.LabelSelector{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(content, spec); err != nil {
		return false, fmt.Errorf("VirtualNode %s: podSelector: %w", node.GetName(), err)
	}
	selector, err := metav1.LabelSelectorAsSelector(spec)
	if err != nil {
		return false, fmt.Errorf("VirtualNode %s: podSelector: %w", node.GetName(), err)
	}
	return selector.Matches(labels.Set(pod.Labels)), nil
}

func describe(node unstructured.Unstructured) virtualNode {
	mesh, _, _ := unstructured.NestedString(node.Object, "spec", "meshRef", "name")
	awsName, _, _ := unstructured.NestedString(node.Object, "spec", "awsName")
	return virtualNode{mesh: cmp.Or(mesh, "default"), name: nodeName(awsName, node.GetName(), node.GetNamespace())}
}

// nodeName is App Mesh's own name, by default made of name and namespace.
func nodeName(awsName, name, namespace string) string {
	return cmp.Or(awsName, name+"_"+namespace)
}
