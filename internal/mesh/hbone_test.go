package mesh_test

import (
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestAmbientWorkload(t *testing.T) {
	for name, test := range map[string]struct {
		namespace, pod string
		live, want     bool
	}{
		"nothing":                 {"", "", false, false},
		"namespace":               {"istio.io/dataplane-mode: ambient", "", false, true},
		"Pod declines":            {"istio.io/dataplane-mode: ambient", "istio.io/dataplane-mode: none", false, false},
		"Pod asks":                {"", "istio.io/dataplane-mode: ambient", false, true},
		"a sidecar wins":          {"istio.io/dataplane-mode: ambient, istio-injection: enabled", "", false, false},
		"live Pod not captured":   {"istio.io/dataplane-mode: ambient", "", true, false},
		"sidecar namespace alone": {"istio-injection: enabled", "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			text := fmt.Sprintf(`
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {%s}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: cart, namespace: shop}
spec: {selector: {}, template: {metadata: {labels: {%s}}, spec: {containers: [{name: a, image: a}]}}}
`, test.namespace, test.pod)
			if test.live {
				text += `---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: cart, uid: u, controller: true}]
spec: {containers: [{name: a, image: a}]}
`
			}
			s := fromManifests(t, text)
			w, _ := kinds.ResolveWorkload(s, inventory.Ref{Kind: "ReplicaSet.apps", Namespace: "shop", Name: "cart"})
			if got := mesh.AmbientWorkload(s, w); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestWithoutHBONE(t *testing.T) {
	const toPort = "ports: [{port: 8080}]"
	for name, test := range map[string]struct {
		rules string
		want  bool
	}{
		"no rule":                    {"", false},
		"all ports":                  {"{}", false},
		"a port for all":             {"{" + toPort + "}", true},
		"a port and 15008":           {"{" + toPort + "}, {from: [{podSelector: {}}], ports: [{port: 15008}]}", false},
		"a range with 15008":         {"{ports: [{port: 8080, endPort: 16000}]}", false},
		"UDP":                        {"{ports: [{port: 53, protocol: UDP}]}", false},
		"addresses":                  {"{from: [{ipBlock: {cidr: 10.0.0.0/8}}], " + toPort + "}", false},
		"Pods in ambient mode":       {"{from: [{podSelector: {matchLabels: {app: front}}}], " + toPort + "}", true},
		"Pods that do not exist":     {"{from: [{podSelector: {matchLabels: {app: nobody}}}], " + toPort + "}", false},
		"Pods outside of the mesh":   {"{from: [{podSelector: {matchLabels: {app: outside}}}], " + toPort + "}", false},
		"namespace in ambient mode":  {"{from: [{namespaceSelector: {matchLabels: {team: a}}}], " + toPort + "}", true},
		"namespace not in the mesh":  {"{from: [{namespaceSelector: {matchLabels: {team: b}}}], " + toPort + "}", false},
		"no such Pod in a namespace": {"{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: nobody}}}], " + toPort + "}", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := fromManifests(t, fmt.Sprintf(`
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, team: a}}
---
apiVersion: v1
kind: Namespace
metadata: {name: legacy, labels: {team: b}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: a, image: a}]}
---
apiVersion: v1
kind: Pod
metadata: {name: front, namespace: shop, labels: {app: front}}
spec: {containers: [{name: a, image: a}]}
---
apiVersion: v1
kind: Pod
metadata: {name: outside, namespace: shop, labels: {app: outside, istio.io/dataplane-mode: none}}
spec: {containers: [{name: a, image: a}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec: {podSelector: {matchLabels: {app: cart}}, ingress: [%s]}
`, test.rules))
			if got := mesh.WithoutHBONE(s, templateOf(t, s, "Pod", "shop", "cart")) != nil; got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
