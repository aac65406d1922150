package kinds

import (
	"fmt"
	"runtime"
	"testing"

	corev1 "k8s.io/api/core/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func replica(i int, image string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: fmt.Sprint("cart-", i), Labels: map[string]string{"app": "sharing-" + image},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "app", Image: image, Resources: corev1.ResourceRequirements{
				Requests: corev1.ResourceList{"cpu": quantity.MustParse("100m")},
			},
		}}},
	}
}

// Pods of one template share it; one that differs in anything does not.
func TestEqualPodsShareTheirSpec(t *testing.T) {
	one, two, other := projectPod(replica(1, "v1")), projectPod(replica(2, "v1")), projectPod(replica(3, "v2"))
	odd := replica(4, "v1")
	odd.Spec.Containers[0].Resources.Requests["cpu"] = quantity.MustParse("200m")
	unlike := projectPod(odd)
	if &one.Containers[0] != &two.Containers[0] || one.containers != two.containers ||
		one.labels != two.labels {
		t.Error("equal Pods have a spec each")
	}
	if one.Containers[0].Image != "v1" || other.Containers[0].Image != "v2" || &one.Containers[0] == &unlike.Containers[0] ||
		unlike.Containers[0].Requests.Cpu().String() != "200m" {
		t.Error("Pods that differ share a spec")
	}
}

// What nobody holds any longer is forgotten.
func TestSharedSpecsGoWithTheLastPod(*testing.T) {
	held := func() int {
		containerPool.mu.Lock()
		defer containerPool.mu.Unlock()
		return len(containerPool.by)
	}
	before := held()
	for i := range 100 {
		projectPod(replica(i, fmt.Sprint("gone-", i)))
	}
	for held() > before+1 { // it ends: each collection runs the cleanups of the one before
		runtime.GC()
		runtime.Gosched()
	}
}
