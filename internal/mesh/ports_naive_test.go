package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestPortsNaively: a Service's port leads to what Kubernetes' FindPort finds,
// and brings connections to a gateway's server by its own number or by that.
func TestPortsNaively(t *testing.T) {
	dice := small{rand.New(rand.NewPCG(17, 18))}
	protocol := func() corev1.Protocol { return pick(dice, corev1.ProtocolTCP, corev1.ProtocolTCP, corev1.ProtocolUDP) }
	for range 20_000 {
		spec, declared := &kinds.PodSpec{}, map[string]int32{}
		for range dice.IntN(3) {
			c := kinds.Container{}
			for range dice.IntN(3) {
				p := kinds.Port{Name: pick(dice, "http", "tls", ""), Number: int32(80 + dice.IntN(3)), Protocol: protocol()}
				c.Ports = append(c.Ports, p)
				if key := p.Name + string(p.Protocol); declared[key] == 0 {
					declared[key] = p.Number
				}
			}
			spec.Containers = append(spec.Containers, c)
		}
		s := &kinds.Service{}
		number := int32(80 + dice.IntN(3))
		want := mesh.No
		for range dice.IntN(3) {
			p := kinds.ServicePort{Number: int32(80 + dice.IntN(3)), Protocol: protocol()}
			p.TargetPort = pick(dice, intstr.FromInt32(80), intstr.FromInt32(82), intstr.FromString("http"), intstr.FromString("tls"))
			s.Ports = append(s.Ports, p)
			target, known := p.TargetPort.IntVal, true
			if p.TargetPort.Type == intstr.String {
				target, known = declared[p.TargetPort.StrVal+string(p.Protocol)], declared[p.TargetPort.StrVal+string(p.Protocol)] != 0
			}
			if got, ok := mesh.TargetPort(&p, spec); ok != known || got != target {
				t.Fatalf("%+v of %+v: %d %t, want %d %t", p, spec, got, ok, target, known)
			}
			switch {
			case p.Protocol != corev1.ProtocolTCP:
			case p.Number == number || known && target == number:
				want = mesh.Yes
			case !known:
				want = max(want, mesh.Maybe)
			}
		}
		if got := mesh.Brings(s, spec, number); got != want {
			t.Fatalf("%+v to %d of %+v: %v, want %v", s, number, spec, got, want)
		}
	}
}

// TestCapturedNaively: iptables has a rule for each port that is left out, then
// one for each that is taken, and the first that fits counts.
func TestCapturedNaively(t *testing.T) {
	dice := small{rand.New(rand.NewPCG(19, 20))}
	list := func() string {
		return strings.Join([]string{pick(dice, "", "80", " 81", "82 "), pick(dice, "80", "", "8", "808")}, ",")
	}
	for range 5000 {
		annotations, rules := map[string]string{}, []string{}
		if dice.IntN(2) == 0 {
			annotations["traffic.sidecar.istio.io/excludeInboundPorts"] = list()
			for p := range strings.SplitSeq(annotations["traffic.sidecar.istio.io/excludeInboundPorts"], ",") {
				rules = append(rules, strings.TrimSpace(p)+" out")
			}
		}
		switch include := list(); dice.IntN(3) {
		case 0:
			rules = append(rules, "* in")
		case 1:
			annotations["traffic.sidecar.istio.io/includeInboundPorts"] = include
			for p := range strings.SplitSeq(include, ",") {
				rules = append(rules, strings.TrimSpace(p)+" in")
			}
		default:
			annotations["traffic.sidecar.istio.io/includeInboundPorts"] = "*"
			rules = append(rules, "* in")
		}
		for port := int32(79); port < 84; port++ {
			want := false
			for _, rule := range rules {
				on, verdict, _ := strings.Cut(rule, " ")
				if on == "*" || on == fmt.Sprint(port) {
					want = verdict == "in"
					break
				}
			}
			if got := mesh.Captured(&mesh.Template{Annotations: annotations}, port); got != want {
				t.Fatalf("%d of %v: %t", port, annotations, got)
			}
		}
	}
}
