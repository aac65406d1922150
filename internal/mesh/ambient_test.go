package mesh_test

import (
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// cniConfig is the ConfigMap of the chart of Istio's CNI agent.
func cniConfig(data string) string {
	return `---
apiVersion: v1
kind: ConfigMap
metadata: {namespace: istio-system, name: istio-cni-config, labels: {istio.io/rev: default}}
data: {AMBIENT_ENABLED: "true"` + data + "}\n"
}

const (
	noInjector = `---
{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: other}, webhooks: []}
`
	excludesShop = `, EXCLUDE_NAMESPACES: "kube-system, shop"`
	everyone     = `, AMBIENT_ENABLEMENT_SELECTOR: "- namespaceSelector: {matchLabels: {team: shop}}"`
	broken       = `, AMBIENT_ENABLEMENT_SELECTOR: "- podSelector: no"`
)

func TestIntended(t *testing.T) {
	const mode, out = "istio.io/dataplane-mode=ambient", "istio.io/dataplane-mode=none"
	for _, tt := range []struct {
		name, cni, namespace, labels, annotations string
		host, live                                bool
		want                                      mesh.Answer
		text                                      string
	}{
		{"nobody asks", "", "", "", "", false, true, mesh.No, ""},
		{"the namespace asks", "", mode, "", "", false, true, mesh.Yes, "dataplane-mode=ambient of Namespace shop"},
		{"the Pods ask", "", "", mode, "", false, true, mesh.Yes, "dataplane-mode=ambient of the Pods"},
		{"the Pods decline", "", mode, out, "", false, true, mesh.No, ""},
		{"another word on the Pods", "", mode, "istio.io/dataplane-mode=sidecar", "", false, true, mesh.Yes, "Namespace shop"},
		{"another word on the namespace", "", "istio.io/dataplane-mode=Ambient", "", "", false, true, mesh.No, ""},
		{"the host's network", "", mode, "", "", true, true, mesh.No, "hostNetwork"},
		{"a sidecar", "", mode, "", "sidecar.istio.io/status={}", false, true, mesh.No, "sidecar"},
		{"excluded", cniConfig(excludesShop), mode, "", "", false, true, mesh.No, "EXCLUDE_NAMESPACES of ConfigMap istio-system/istio-cni-config"},
		{"the chart's words", cniConfig(""), mode, "", "", false, true, mesh.Yes, "Namespace shop"},
		{"other selectors", cniConfig(everyone), "team=shop", "", "", false, true, mesh.Yes, "enablementSelectors of ConfigMap"},
		{"other selectors, not for us", cniConfig(everyone), mode, mode, "", false, true, mesh.No, ""},
		{"selectors that do not parse", cniConfig(broken), mode, "", "", false, true, mesh.No, ""},
		{"what would be made", "", mode, "", "", false, false, mesh.Yes, "Namespace shop"},
		{"ztunnel itself", "", mode, "app=ztunnel", "", false, true, mesh.No, ""},
		{"a sidecar to come", charts("default"), mode + ",istio-injection=enabled", "", "", false, false, mesh.No, "sidecar that the Pods get"},
		{"an injector that declines", charts("default"), mode, inject + "false", "", false, false, mesh.Yes, "Namespace shop"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.cni == "" {
				tt.cni = noInjector
			}
			store := fromManifests(t, tt.cni)
			template := mesh.Template{
				Labels: labelsOf(tt.labels), Annotations: labelsOf(tt.annotations),
				Spec: &kinds.PodSpec{HostNetwork: tt.host}, Live: tt.live,
			}
			got := mesh.Intended(store, namespaceWith("shop", tt.namespace), &template)
			if got.Answer != tt.want || !strings.Contains(got.Text, tt.text) || (got.Text == "") != (tt.text == "") {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestSystemNamespaceIsExcludedByDefault(t *testing.T) {
	template := mesh.Template{Spec: &kinds.PodSpec{}, Live: true}
	got := mesh.Intended(fromManifests(t, noInjector), namespaceWith("kube-system", "istio.io/dataplane-mode=ambient"), &template)
	if got.Answer != mesh.No || !strings.Contains(got.Text, "istio-cni by default") {
		t.Errorf("%+v", got)
	}
}

func TestBypassesInbound(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "1": true, "T": true, "false": false, "yes": false, "": false} {
		template := mesh.Template{Annotations: map[string]string{"ambient.istio.io/bypass-inbound-capture": value}}
		if mesh.BypassesInbound(&template) != want {
			t.Errorf("%q is not %t", value, want)
		}
	}
}
