package mesh_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestProxyOfATemplate: who brings a proxy, and who waits for one.
func TestProxyOfATemplate(t *testing.T) {
	const status, overrides = "sidecar.istio.io/status=x", "proxy.istio.io/overrides=x"
	for _, tt := range []struct {
		image, annotations string
		live               bool
		brings, awaits     bool
	}{
		{"", "", false, false, false},
		{"auto", "", false, false, true},
		{"auto", status, true, false, true},
		{"istio/proxyv2:1", "", false, true, false},
		{"istio/proxyv2:1", status, false, true, false}, // as istioctl kube-inject writes it
		{"istio/proxyv2:1", "", true, true, false},
		{"istio/proxyv2:1", status, true, false, false},
		{"istio/proxyv2:1", status + "," + overrides, true, true, false},
	} {
		for _, init := range []bool{false, true} {
			list := []kinds.Container{{Name: "istio-proxy", Image: tt.image}}
			spec := &kinds.PodSpec{Containers: list}
			if init {
				spec = &kinds.PodSpec{InitContainers: list}
			}
			pod := &mesh.Template{Annotations: labelsOf(tt.annotations), Spec: spec, Live: tt.live}
			if pod.BringsProxy() != tt.brings || pod.AwaitsProxy() != tt.awaits {
				t.Errorf("%+v: brings %t, awaits %t", tt, pod.BringsProxy(), pod.AwaitsProxy())
			}
		}
	}
	if none := podWith(""); none.BringsProxy() || none.AwaitsProxy() {
		t.Error("there is a proxy where there is no container")
	}
}

func TestContainerField(t *testing.T) {
	spec := &kinds.PodSpec{
		InitContainers: []kinds.Container{{Name: "setup"}}, Containers: []kinds.Container{{Name: "app"}, {Name: "helper"}},
	}
	for name, want := range map[string]string{
		"app": "spec.containers[0]", "helper": "spec.containers[1]", "setup": "spec.initContainers[0]", "other": "spec",
	} {
		if got := mesh.ContainerField(spec, name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// moment is a store at a moment.
type moment struct {
	inventory.Reader
	now time.Time
}

func (m moment) Reached(t time.Time) bool { return !m.now.Before(t) }

// TestSettled: a Pod shows something once it runs and the grace period of 5
// minutes has passed; one without a time, as in a file, always does.
func TestSettled(t *testing.T) {
	made := day(1)
	for _, tt := range []struct {
		pod           kinds.Pod
		after         time.Duration
		settled, aged bool
	}{
		{kinds.Pod{Phase: corev1.PodRunning}, 0, true, true},
		{kinds.Pod{Phase: corev1.PodRunning, Meta: kinds.Meta{Created: made}}, 5*time.Minute - 1, false, false},
		{kinds.Pod{Phase: corev1.PodRunning, Meta: kinds.Meta{Created: made}}, 5 * time.Minute, true, true},
		{kinds.Pod{Phase: corev1.PodPending, Meta: kinds.Meta{Created: made}}, time.Hour, false, true},
		{kinds.Pod{Phase: corev1.PodFailed, Meta: kinds.Meta{Created: made}}, time.Hour, false, true},
		{kinds.Pod{Phase: corev1.PodRunning, Meta: kinds.Meta{Created: made, Deleted: made}}, time.Hour, false, true},
		{kinds.Pod{}, time.Hour, false, true},
	} {
		at := moment{withObjects(), made.Add(tt.after)}
		if mesh.Settled(at, &tt.pod) != tt.settled || mesh.Aged(at, &tt.pod) != tt.aged {
			t.Errorf("%+v: settled %t, aged %t", tt, mesh.Settled(at, &tt.pod), mesh.Aged(at, &tt.pod))
		}
	}
}
