package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func peerAuthentication(namespace, name, spec string) string {
	return fmt.Sprintf("\n---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {namespace: %s, name: %s}\nspec: {%s}\n",
		namespace, name, spec)
}

// TestPlainCalls: what each policy of a world is the reason to refuse, in a mesh
// that is STRICT throughout, and whose sidecars choose nothing by themselves.
func TestPlainCalls(t *testing.T) {
	const (
		mutual = "trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}"
		found  = "default in istio-system: Pod shop/cart-0:8080"
		host   = "host: cart.shop.svc.cluster.local"

		onePort = "selector: {matchLabels: {app: cart}}, mtls: {mode: PERMISSIVE}, portLevelMtls: {8080: {mode: STRICT}}"
	)
	for _, tt := range []struct{ name, manifests, want string }{
		{"no rule at all", "", found},
		{"a rule without a mode", destinationRule("shop", "own", "host: cart"), found + " own"},
		{"a rule with one", destinationRule("shop", "own", "host: cart, "+mutual), ""},
		{"one for the mesh", destinationRule("istio-system", "all", `host: "*.local", `+mutual), ""},
		{"one for the mesh, under one of the Service", destinationRule("istio-system", "all", `host: "*.local", `+mutual) +
			destinationRule("shop", "own", "host: cart"), found + " own"},
		{"one for the mesh, which others still have", destinationRule("istio-system", "all", `host: "*.local", `+mutual) +
			destinationRule("shop", "own", `host: cart, exportTo: ["."]`), ""},
		{"one for the mesh, under one of some clients", destinationRule("istio-system", "all", `host: "*.local", `+mutual) +
			destinationRule("bank", "own", host), ""},
		{"one of some clients for themselves", destinationRule("bank", "own", host+", "+mutual), ""},
		{"one for some namespaces", destinationRule("istio-system", "own", host+", exportTo: [bank], "+mutual), ""},
		{"one for some workloads", destinationRule("shop", "own", "host: cart, workloadSelector: {matchLabels: {app: web}}, "+mutual), ""},
		{"one for some workloads, of another host", destinationRule("shop", "own", "host: prices, workloadSelector: {matchLabels: {app: web}}, "+mutual), found},
		{"one for a subset", destinationRule("shop", "own", "host: cart, subsets: [{name: v1, "+mutual+"}]"), ""},
		{"one for this port", destinationRule("shop", "own", "host: cart, trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: ISTIO_MUTUAL}}]}"), ""},
		{"one for another port", destinationRule("shop", "own", "host: cart, trafficPolicy: {portLevelSettings: [{port: {number: 81}, tls: {mode: ISTIO_MUTUAL}}]}"), found + " own"},
		{"one that is off", destinationRule("shop", "own", "host: cart, "+tlsOff), ""},
		{"another mode of the namespace", peerAuthentication("shop", "own", "mtls: {mode: PERMISSIVE}"), ""},
		{"no mode of the namespace", peerAuthentication("shop", "own", "mtls: {mode: UNSET}"), found},
		{"the same of the namespace", peerAuthentication("shop", "own", "mtls: {mode: STRICT}"), "own in shop: Pod shop/cart-0:8080"},
		{"one port", peerAuthentication("shop", "own", onePort), "own in shop: Pod shop/cart-0:8080"},
		{"a selector in the root namespace", peerAuthentication("istio-system", "own", "selector: {matchLabels: {app: cart}}, mtls: {mode: STRICT}"), found},
	} {
		store := fromManifests(t, strings.Replace(strictShop, `data: {mesh: ""}`, `data: {mesh: "enableAutoMtls: false"}`, 1)+tt.manifests)
		config, off := mesh.AutoMTLSOff(store)
		if !off {
			t.Fatal("auto mTLS is on")
		}
		var got []string
		for a := range kinds.PeerAuthentications.All(store) {
			for c := range mesh.PlainCalls(store, config, a) {
				text := fmt.Sprintf("%s in %s: %s:%d", a.Name, a.Namespace, c.Workload, c.Port)
				if c.Rule != nil {
					text += " " + c.Rule.Name
				}
				got = append(got, text)
			}
		}
		if text := strings.Join(got, ", "); text != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, text, tt.want)
		}
	}
}

// Auto mTLS is off where every control plane has it so.
func TestAutoMTLSOff(t *testing.T) {
	const canary = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {namespace: istio-system, name: istio-canary}, data: {mesh: '{enableAutoMtls: %t}'}}\n"
	for manifests, want := range map[string]bool{
		"":                                   false,
		meshEntries(""):                      false,
		meshEntries("enableAutoMtls: true"):  false,
		meshEntries("enableAutoMtls: false"): true,
		meshEntries("enableAutoMtls: false") + fmt.Sprintf(canary, false): true,
		meshEntries("enableAutoMtls: false") + fmt.Sprintf(canary, true):  false,
		fmt.Sprintf(canary, false):                                        true,
	} {
		if _, off := mesh.AutoMTLSOff(fromManifests(t, manifests+noInjector)); off != want {
			t.Errorf("%s: %t", manifests, off)
		}
	}
}
