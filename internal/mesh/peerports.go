package mesh

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// MistakenPort is a port of a Service taken for one of its Pods.
type MistakenPort struct {
	Service  *kinds.Service
	Workload inventory.Ref
	// Target is where the Service's port leads.
	Target int32
}

// MistakePort finds out whether a port number, meant as one of the Pods that a
// selector chooses, can only be that of a Service of theirs: some Service has
// the number and leads to another port that the Pods declare, and none of the
// Pods declares the number, is scraped there, or gets it from a Service.
// Nil also means that this is not certain.
func MistakePort(r inventory.Reader, namespace string, selector map[string]string, number int32) *MistakenPort {
	var found *MistakenPort
	for t := range Templates(r, namespace, selector) {
		m, certain := mistaken(r, &t, number)
		if !certain {
			return nil
		}
		if found == nil {
			found = m
		}
	}
	return found
}

// mistaken is MistakePort for one template. To be certain without a mistake
// means that the template has nothing to do with the number.
func mistaken(r inventory.Reader, t *Template, number int32) (m *MistakenPort, certain bool) {
	ports := declared(t.Spec)
	if len(ports) == 0 || slices.Contains(ports, number) || listed(t.Annotations["prometheus.io/port"], number) {
		return nil, false
	}
	var found *MistakenPort
	for s := range ServicesOf(r, t) {
		for i := range s.Ports {
			p := &s.Ports[i]
			target, known := TargetPort(p, t.Spec)
			if !known || target == number {
				return nil, false
			}
			if p.Number == number && slices.Contains(ports, target) && found == nil {
				found = &MistakenPort{Service: s, Workload: WorkloadOf(r, t), Target: target}
			}
		}
	}
	return found, true
}

// declared are the ports that a Pod's containers declare.
func declared(spec *kinds.PodSpec) []int32 {
	var out []int32
	for c := range spec.AllContainers {
		for _, p := range c.Ports {
			out = append(out, p.Number)
		}
	}
	return out
}
