package cli

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// editor makes changes at random, the same ones in each run.
type editor struct {
	*cluster

	dice       *rand.Rand
	namespaces []string
}

func (e *editor) one(of ...string) string { return of[e.dice.IntN(len(of))] }

// edit makes, changes or deletes one object.
func (e *editor) edit(t *testing.T) {
	t.Helper()
	namespace, name := e.one(e.namespaces...), e.one("cart", "pay", "web")
	if e.dice.IntN(12) == 0 {
		e.relabel(t, namespace)
		return
	}
	kind := edited[e.dice.IntN(len(edited))]
	if e.dice.IntN(4) == 0 {
		e.remove(t, kind.apiVersion, kind.kind, namespace, name)
		return
	}
	e.applyText(t, namespace, fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: %s}\nspec: %s",
		kind.apiVersion, kind.kind, name, kind.spec(e)))
}

func (e *editor) relabel(t *testing.T, namespace string) {
	t.Helper()
	labels := e.one(`{}`, `{istio-injection: enabled}`, `{istio-injection: disabled}`, `{istio.io/rev: canary}`,
		`{istio-injection: enabled, istio.io/rev: canary}`, `{meshaudit.io/sensitive: "true"}`)
	e.applyText(t, "", fmt.Sprintf("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: %s}", namespace, labels))
}

// host is a short name, or the full one of any of the namespaces.
func (e *editor) host() string {
	name := e.one("cart", "pay", "web")
	return e.one(name, name+"."+e.one(e.namespaces...)+".svc.cluster.local")
}

// edited are the kinds that the editor knows, with specs that are good in one
// world and bad in another.
var edited = []struct {
	apiVersion, kind string
	spec             func(e *editor) string
}{
	{"networking.istio.io/v1", "VirtualService", func(e *editor) string {
		return fmt.Sprintf(`{hosts: [%s], http: [{route: [{destination: {host: %s, subset: %s, port: {number: %s}}}]}]}`,
			e.host(), e.host(), e.one("v1", "v2"), e.one("80", "90"))
	}},
	{"v1", "Service", func(e *editor) string {
		return fmt.Sprintf(`{selector: {app: %s}, ports: [{name: %s, port: %s}]}`,
			e.one("web", "none"), e.one("http", "tcp"), e.one("80", "90"))
	}},
	{"security.istio.io/v1", "PeerAuthentication", func(e *editor) string {
		return fmt.Sprintf(`{mtls: {mode: %s}%s}`, e.one("STRICT", "PERMISSIVE", "DISABLE"),
			e.one("", "", ", selector: {matchLabels: {app: web}}", ", selector: {matchLabels: {app: none}}"))
	}},
	{"networking.istio.io/v1", "DestinationRule", func(e *editor) string {
		return fmt.Sprintf(`{host: %s, subsets: [{name: %s, labels: {version: v1}}], trafficPolicy: {tls: {mode: %s}}}`,
			e.host(), e.one("v1", "v2"), e.one("DISABLE", "ISTIO_MUTUAL", "SIMPLE"))
	}},
}
