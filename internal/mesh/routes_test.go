package mesh_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestDestinations(t *testing.T) {
	s := fromManifests(t, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: vs, namespace: shop}
spec:
  http:
  - route:
    - destination: {host: a, subset: v1}
    - {destination: {host: b.example.com}, weight: 10}
    mirror: {host: c}
    mirrorPercentage: {value: 0}
    mirrors:
    - {destination: {host: d}, percentage: {value: 5}}
    - {destination: {host: e}, percentage: {value: 0}}
  - redirect: {uri: /}
  - delegate: {name: other}
  - route: [{destination: {host: f}, weight: 0}]
  - route: [{destination: {host: ""}}, {}]
  tls:
  - route: [{destination: {host: G.Bank}}]
  tcp:
  - route:
    - {destination: {host: h}, weight: 0}
    - {destination: {host: i, port: {number: 7}}, weight: 1}
`)
	want := []string{
		"spec.http[0].route[0].destination a.shop.svc.cluster.local idle",
		"spec.http[0].route[1].destination b.example.com",
		"spec.http[0].mirror c.shop.svc.cluster.local mirror idle",
		"spec.http[0].mirrors[0].destination d.shop.svc.cluster.local mirror",
		"spec.http[0].mirrors[1].destination e.shop.svc.cluster.local mirror idle",
		"spec.http[3].route[0].destination f.shop.svc.cluster.local",
		"spec.tls[0].route[0].destination g.bank",
		"spec.tcp[0].route[0].destination h.shop.svc.cluster.local idle",
		"spec.tcp[0].route[1].destination i.shop.svc.cluster.local",
	}
	vs := kinds.VirtualServices.Get(s, "shop", "vs")
	var got []string
	for d := range mesh.Destinations(vs) {
		text := d.Field + " " + d.FQDN
		if d.Mirror {
			text += " mirror"
		}
		if d.Idle {
			text += " idle"
		}
		got = append(got, text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	for n := range want {
		count := 0
		for range mesh.Destinations(vs) {
			if count++; count > n {
				break
			}
		}
		if count != n+1 {
			t.Error(fmt.Sprint("the iteration went on after a stop at ", n))
		}
	}
}
