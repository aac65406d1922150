package cli

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

// TestProxyUseIsWhatPodsHave: however Pods came, changed and went, the roll-up
// is what one would count of those that are there.
func TestProxyUseIsWhatPodsHave(t *testing.T) {
	dice := rand.New(rand.NewPCG(4, 6))
	pods, use := map[string]*inventory.Object{}, proxyUse{}
	for step := range 3000 {
		var changes []inventory.Change
		for range 1 + dice.IntN(3) {
			name := fmt.Sprint(dice.IntN(40))
			c := inventory.Change{Old: pods[name]}
			if c.New = randomPod(dice, name); c.New == nil {
				delete(pods, name)
			} else {
				pods[name] = c.New
			}
			if c.Old != nil || c.New != nil {
				changes = append(changes, c)
			}
		}
		use.apply(changes)
		if want := counted(pods); !maps.Equal(use, want) {
			t.Fatalf("step %d: %v, want %v", step, use, want)
		}
	}
}

// A snapshot stays as it is; what concerns no proxy makes none.
func TestProxyUseSnapshot(t *testing.T) {
	use := proxyUse{}
	pod := &inventory.Object{Ref: kinds.Pods.Ref("shop", "a"), Value: &kinds.Pod{
		Meta: kinds.Meta{Namespace: "shop"}, PodSpec: &kinds.PodSpec{Containers: []kinds.Container{{Name: "istio-proxy"}}},
	}}
	if !use.apply([]inventory.Change{{New: pod}}) {
		t.Error("a proxy is not seen")
	}
	before := use.snapshot()
	if !use.apply([]inventory.Change{{Old: pod}}) || before["shop"].Proxies != 1 || len(use) > 0 {
		t.Errorf("%v, then %v", before, use)
	}
	faulty := &inventory.Object{Ref: kinds.Pods.Ref("shop", "b")}
	other := &inventory.Object{Ref: kinds.Namespaces.Ref("", "shop"), Value: kinds.NewNamespace("shop")}
	if use.apply([]inventory.Change{{New: faulty}, {Old: other}}) {
		t.Error("what is no readable Pod counts")
	}
}

// randomPod is nil for a Pod that goes.
func randomPod(dice *rand.Rand, name string) *inventory.Object {
	if dice.IntN(4) == 0 {
		return nil
	}
	namespace := []string{"shop", "bank"}[len(name)%2]
	p := &kinds.Pod{Meta: kinds.Meta{Namespace: namespace, Name: name}, PodSpec: &kinds.PodSpec{}}
	p.Phase = []corev1.PodPhase{corev1.PodRunning, corev1.PodPending, corev1.PodSucceeded, corev1.PodFailed}[dice.IntN(4)]
	proxy := kinds.Container{Name: "istio-proxy", Requests: corev1.ResourceList{
		corev1.ResourceCPU:    *resource.NewMilliQuantity(dice.Int64N(1000), resource.DecimalSI),
		corev1.ResourceMemory: *resource.NewQuantity(dice.Int64N(1<<30), resource.BinarySI),
	}}
	switch dice.IntN(3) {
	case 0:
		p.Containers = []kinds.Container{{Name: "app", Requests: proxy.Requests}, proxy}
	case 1:
		proxy.RestartAlways = true
		p.InitContainers = []kinds.Container{proxy}
	}
	return &inventory.Object{Ref: kinds.Pods.Ref(namespace, name), Value: p}
}

func counted(pods map[string]*inventory.Object) proxyUse {
	out := proxyUse{}
	for _, o := range pods {
		p := kinds.Pods.Of(o)
		if p.Phase == corev1.PodSucceeded || p.Phase == corev1.PodFailed {
			continue
		}
		for c := range p.AllContainers {
			if c.Name == "istio-proxy" {
				u := out[p.Namespace]
				out[p.Namespace] = metrics.ProxyUse{
					Proxies: u.Proxies + 1, CPUMilli: u.CPUMilli + c.Requests.Cpu().MilliValue(),
					MemoryBytes: u.MemoryBytes + c.Requests.Memory().Value(),
				}
			}
		}
	}
	return out
}
