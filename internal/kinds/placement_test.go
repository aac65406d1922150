package kinds

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestPlacement: what bounds where Pods run, and what they get as a whole.
func TestPlacement(t *testing.T) {
	plain := newPodSpec(&corev1.PodSpec{
		Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}}, Resources: &corev1.ResourceRequirements{},
	})
	if plain.NodeAffinity || plain.Amounts {
		t.Errorf("preferred affinity and empty resources bound nothing: %+v", plain)
	}
	bound := newPodSpec(&corev1.PodSpec{
		NodeSelector: map[string]string{"pool": "edge"},
		Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{},
		}},
		Resources: &corev1.ResourceRequirements{Limits: corev1.ResourceList{corev1.ResourceMemory: {}}},
	})
	if !bound.NodeAffinity || !bound.Amounts || bound.NodeSelector["pool"] != "edge" {
		t.Errorf("%+v", bound)
	}
	for effect, want := range map[corev1.TaintEffect]bool{
		corev1.TaintEffectNoSchedule: true, corev1.TaintEffectNoExecute: true, corev1.TaintEffectPreferNoSchedule: false,
	} {
		if got := keepsAway(corev1.Taint{Effect: effect}); got != want {
			t.Errorf("%s: got %t", effect, got)
		}
	}
}
