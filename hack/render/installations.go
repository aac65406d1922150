package main

import (
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
)

// installation is what a user installs, release by release.
type installation struct {
	name     string
	releases []release
}

// release is one chart in a namespace.
type release struct {
	chart, name, namespace string
	values                 common.Values
}

const (
	base    = "base"
	istiod  = "istio-control/istio-discovery"
	cni     = "istio-cni"
	ztunnel = "ztunnel"
	gateway = "gateway"
	tag     = "default"

	system  = "istio-system"
	ingress = "istio-ingress"
)

// installations are those of Istio's documentation: sidecars, ambient mode, two
// revisions with tags beside Istio's CNI plugin, and a cluster whose control
// plane is elsewhere.
var installations = []installation{
	{"sidecar", []release{
		{base, "istio-base", system, nil},
		{istiod, "istiod", system, nil},
		{gateway, "istio-ingress", ingress, nil},
	}},
	{"ambient", []release{
		{base, "istio-base", system, nil},
		{istiod, "istiod", system, ambient},
		{cni, "istio-cni", system, ambient},
		{ztunnel, "ztunnel", system, nil},
		{gateway, "istio-ingress", ingress, nil},
	}},
	{"revisioned", []release{
		{base, "istio-base", system, common.Values{"defaultRevision": ""}},
		{istiod, "istiod-1-30", system, common.Values{"revision": "1-30"}},
		{istiod, "istiod-1-31", system, common.Values{
			"revision": "1-31", "revisionTags": []any{"prod"}, "pilot": enabledCNI,
		}},
		{tag, "istio-default", system, common.Values{"revision": "1-31", "revisionTags": []any{"default"}}},
		{cni, "istio-cni", "kube-system", nil},
		{gateway, "istio-ingress", ingress, common.Values{"revision": "1-31"}},
	}},
	{"remote", []release{
		{base, "istio-base", system, common.Values{"profile": "remote"}},
		{istiod, "istiod", system, common.Values{
			"profile": "remote", "global": map[string]any{"remotePilotAddress": "192.0.2.1"},
		}},
		{gateway, "istio-ingress", ingress, nil},
	}},
}

var (
	ambient    = common.Values{"profile": "ambient"}
	enabledCNI = map[string]any{"cni": map[string]any{"enabled": true}}
)

func (i *installation) render() (string, error) {
	var out strings.Builder
	seen := map[string]bool{}
	for _, r := range i.releases {
		if !seen[r.namespace] && r.namespace != "kube-system" {
			seen[r.namespace] = true
			out.WriteString(namespace(r.namespace, ""))
		}
		text, err := r.render()
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return out.String(), nil
}
