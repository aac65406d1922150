package kinds

import (
	"strings"
	"testing"

	"istio.io/api/security/v1beta1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

func TestFaults(t *testing.T) {
	tests := []struct {
		name, manifest, field, message string
		opaque                         bool
	}{
		{
			"unknown enum", `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: a, namespace: shop}
spec: {mtls: {mode: STRICTT}, selector: {matchLabels: {app: cart}}}`,
			"spec.mtls.mode", "STRICTT", false,
		},
		{
			"unknown enum in a list", `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: a, namespace: shop}
spec:
  selector: {istio: gw}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
  - {port: {number: 443, name: tls, protocol: TLS}, hosts: ["*"], tls: {mode: NONE}}`,
			"spec.servers[1].tls.mode", "NONE", false,
		},
		{
			"wrong type in a key field", `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: shop}
spec: {hosts: cart, http: [{route: [{destination: {host: cart}}]}]}`,
			"spec.hosts", "", true,
		},
		{
			"wrong type in a destination", `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: shop}
spec: {hosts: [cart], http: [{route: [{destination: {host: [cart]}}]}]}`,
			"spec.http[0].route[0].destination.host", "", true,
		},
		{
			"wrong type beside the keys", `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: shop}
spec: {hosts: [cart], http: [{timeout: soon, route: [{destination: {host: cart}}]}]}`,
			"spec.http[0].timeout", "", false,
		},
		{
			"bad quantity", `
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec: {containers: [{name: app, image: a}, {name: b, image: b, resources: {limits: {cpu: much}}}]}`,
			"spec.containers[1].resources.limits.cpu", "", false,
		},
		{
			"labels of a Pod", `
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop, labels: {app: 1}}`,
			"metadata.labels.app", "", true,
		},
		{
			"selector of a Service", `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop}
spec: {selector: {app: [x]}}`,
			"spec.selector.app", "", true,
		},
		{
			"route of the Gateway API", `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: a, namespace: shop}
spec: {rules: [{backendRefs: [{name: cart, port: http}]}]}`,
			"spec.rules[0].backendRefs[0].port", "", false,
		},
		{
			"virtual node", `
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: {name: a, namespace: shop}
spec: {meshRef: prod}`,
			"spec.meshRef", "", true,
		},
		{
			"number of no enum value", `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: a, namespace: shop}
spec: {mtls: {mode: STRICT}, portLevelMtls: {"8080": {mode: 3}, "9090": {mode: 7}}}`,
			"spec.portLevelMtls.9090.mode", "unknown value 7", false,
		},
		{
			"unknown operator of a selector", `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: shop}
spec:
  podSelector: {}
  ingress: [{from: [{}, {podSelector: {matchExpressions: [{key: app, operator: Inn, values: [cart]}]}}]}]`,
			"spec.ingress[0].from[1].podSelector.matchExpressions[0].operator", `"Inn"`, false,
		},
		{
			"operator without values", `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: a}
webhooks: [{name: a, clientConfig: {}, objectSelector: {matchExpressions: [{key: app, operator: In}]}}]`,
			"webhooks[0].objectSelector.matchExpressions[0].operator", "lacks values", false,
		},
		{
			"value of a selector", `
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: {name: a, namespace: shop}
spec: {podSelector: {matchLabels: {app: "a b"}}}`,
			"spec.podSelector.matchLabels.app", `"a b" is no label value`, false,
		},
		{
			"selector of the mesh", `
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop}
data: {mesh: "discoverySelectors: [{}, {matchExpressions: [{key: a, operator: Is}]}]"}`,
			"data.mesh", `discoverySelectors[1].matchExpressions[0].operator: unknown operator "Is"`, false,
		},
		{
			"selector of routes", `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: a, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
  - {name: a, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchExpressions: [{key: app, operator: Exists, values: [x]}]}}}}`,
			"spec.listeners[0].allowedRoutes.namespaces.selector.matchExpressions[0].values", "takes no values", false,
		},
		{
			"number for a list", `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop}
spec: {ports: 7}`,
			"spec.ports", "found number where a list is expected", false,
		},
		{
			"definition", `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: a}
spec: {group: a, names: {kind: A}, versions: {}}`,
			"spec.versions", "", false,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := fromYAML(t, tt.manifest)
			if o.Fault == nil {
				t.Fatal("no fault")
			}
			if o.Fault.Field != tt.field || !strings.Contains(o.Fault.Message, tt.message) {
				t.Errorf("fault %+v, want field %s", o.Fault, tt.field)
			}
			if o.Opaque() != tt.opaque || o.Ref.Name != "a" {
				t.Errorf("opaque %v: %+v", o.Opaque(), o)
			}
		})
	}
}

func TestFaultKeepsTheRest(t *testing.T) {
	o := fromYAML(t, `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: a, namespace: shop}
spec: {mtls: {mode: STRICTT}, selector: {matchLabels: {app: cart}}}`)
	p := PeerAuthentications.Of(o)
	if p.Spec.GetSelector().GetMatchLabels()["app"] != "cart" {
		t.Errorf("the selector is lost: %v", p.Spec)
	}
	if m := p.Spec.GetMtls().GetMode(); m != v1beta1.PeerAuthentication_MutualTLS_UNSET {
		t.Errorf("mode %v", m)
	}
}

func TestUnknownFieldsAreNoFault(t *testing.T) {
	for _, manifest := range []string{`
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: shop, newer: {}}
spec: {host: cart, trafficPolicy: {brandNew: {x: 1}}}`, `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop}
spec: {brandNew: 1}`} {
		if o := fromYAML(t, manifest); o.Fault != nil {
			t.Errorf("%v: %+v", o.Ref, o.Fault)
		}
	}
}

func TestNotEvenJSON(t *testing.T) {
	for _, row := range external() {
		for _, raw := range []string{"", "{", "[]", "null", `"a"`, `{"metadata":7}`, `{"metadata":{"name":[]}}`} {
			o := row.Decode([]byte(raw))
			if o.Ref.Kind != row.Kind || o.Value == nil && o.Fault == nil {
				t.Errorf("%s of %q: %+v", row.Kind, raw, o)
			}
			if s := inventory.New(Schema()); o.Value != nil {
				s.Apply(o)
			}
		}
	}
}
