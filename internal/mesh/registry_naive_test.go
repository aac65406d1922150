package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// lookUpNaively asks every object whether it registers a full name, and falls
// back to wildcards if none does.
func lookUpNaively(objects []*inventory.Object, fqdn string) (refs, ports []string) {
	for _, exact := range []bool{true, false} {
		for _, o := range objects {
			for _, host := range hostsOf(o) {
				suffix, wild := strings.CutPrefix(host, "*")
				covers := wild && strings.HasSuffix(strings.TrimPrefix(fqdn, "*"), suffix)
				if host == fqdn || !exact && covers {
					refs = append(refs, o.Ref.String())
				}
			}
		}
		if len(refs) > 0 {
			break
		}
	}
	slices.Sort(refs)
	refs = slices.Compact(refs)
	for _, o := range objects {
		if slices.Contains(refs, o.Ref.String()) {
			ports = append(ports, portsOf(o)...)
		}
	}
	slices.Sort(ports)
	return refs, slices.Compact(ports)
}

func hostsOf(o *inventory.Object) []string {
	if s := kinds.Services.Of(o); s != nil {
		return []string{s.Name + "." + s.Namespace + ".svc.cluster.local"}
	}
	var out []string
	for _, h := range kinds.ServiceEntries.Of(o).Spec.GetHosts() {
		out = append(out, strings.ToLower(h))
	}
	return out
}

func portsOf(o *inventory.Object) []string {
	var out []string
	if s := kinds.Services.Of(o); s != nil {
		for _, p := range s.Ports {
			out = append(out, fmt.Sprint(p.Number))
		}
		return out
	}
	for _, p := range kinds.ServiceEntries.Of(o).Spec.GetPorts() {
		out = append(out, fmt.Sprint(p.GetNumber()))
	}
	return out
}

// TestLookUpNaively: what the registry has under a host is what asking every
// object gives.
func TestLookUpNaively(t *testing.T) {
	dice := rand.New(rand.NewPCG(13, 14))
	hosts := []string{
		"a.x.svc.cluster.local", "b.x.svc.cluster.local", "*.x.svc.cluster.local", "API.example.com",
		"*.example.com", "*.b.example.com", "*", "www.example.org",
	}
	for range 3000 {
		var objects []*inventory.Object
		for i := range dice.IntN(6) {
			e := &kinds.ServiceEntry{
				Meta: kinds.Meta{Namespace: pick(small{dice}, "x", "y"), Name: fmt.Sprint("e", i)},
				Spec: &networking.ServiceEntry{Hosts: []string{pick(small{dice}, hosts...), pick(small{dice}, hosts...)}},
			}
			e.Spec.Ports = []*networking.ServicePort{{Number: uint32(80 + i%3)}}
			objects = append(objects, &inventory.Object{Ref: kinds.ServiceEntries.Ref(e.Namespace, e.Name), Value: e})
		}
		for _, name := range []string{"a", "b"} {
			if dice.IntN(2) == 0 {
				s := &kinds.Service{Meta: kinds.Meta{Namespace: "x", Name: name}, Ports: []kinds.ServicePort{{Number: 443}}}
				objects = append(objects, &inventory.Object{Ref: kinds.Services.Ref("x", name), Value: s})
			}
		}
		store := withObjects(objects...)
		for _, host := range append(slices.Clone(hosts), "c.b.example.com", "*.c.b.example.com", "z.x.svc.cluster.local") {
			host = strings.ToLower(host)
			g := mesh.LookUp(store, host)
			var refs, ports []string
			for _, r := range g.Refs() {
				refs = append(refs, r.String())
			}
			for _, p := range g.Ports() {
				ports = append(ports, fmt.Sprint(p))
			}
			slices.Sort(refs)
			slices.Sort(ports)
			wantRefs, wantPorts := lookUpNaively(objects, host)
			if !slices.Equal(refs, wantRefs) || !slices.Equal(ports, wantPorts) {
				t.Fatalf("%s: %v %v, want %v %v", host, refs, ports, wantRefs, wantPorts)
			}
		}
	}
}
