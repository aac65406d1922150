package mesh

import (
	"iter"
	"slices"

	"istio.io/api/annotation"
	meshconfig "istio.io/api/mesh/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Origin says where a setting comes from.
type Origin struct {
	// Text is as "annotation proxy.istio.io/config", "ProxyConfig shop/few" or
	// "defaultConfig of ConfigMap istio-system/istio".
	Text string
	// Ref is the object that gives it; zero if the workload itself does.
	Ref inventory.Ref
}

// ProxyConfigOf is the configuration that the proxies of a template start with,
// never nil, without Istio's defaults. As istiod's EffectiveProxyConfig has it,
// later ones win, field by field: the MeshConfig's, the oldest ProxyConfig
// without selector of the root namespace, that of the template's own, the
// annotation proxy.istio.io/config, and the oldest ProxyConfig of the
// template's namespace that selects the Pods. ProxyConfigs have concurrency,
// environment variables and image alone.
//
// It reads a ConfigMap, which is off in files unless one is given: so come late.
func ProxyConfigOf(r inventory.Reader, t *Template) *meshconfig.ProxyConfig {
	var layers []*meshconfig.ProxyConfig
	for c := range proxyConfigs(r, t) {
		layers = append(layers, c)
	}
	out := &meshconfig.ProxyConfig{}
	for _, c := range slices.Backward(layers) {
		kinds.OverlayProxyConfig(out, c)
	}
	return out
}

// Concurrency is how many worker threads the proxies of a template are told to
// run, 0 meaning one per core of the node, and whether anything tells them. It
// reads no further than to what decides.
func Concurrency(r inventory.Reader, t *Template) (n int32, set bool, by Origin) {
	for c, from := range proxyConfigs(r, t) {
		if v := c.GetConcurrency(); v != nil {
			return v.GetValue(), true, from
		}
	}
	return 0, false, Origin{}
}

// proxyConfigs yields what says something of the proxies of a template, what
// wins first.
func proxyConfigs(r inventory.Reader, t *Template) iter.Seq2[*meshconfig.ProxyConfig, Origin] {
	return func(yield func(*meshconfig.ProxyConfig, Origin) bool) {
		own := ownProxyConfigs(r, t, t.Ref.Namespace)
		if c := oldestOf(own, t.selectedBy); c != nil && !yield(fromObject(c)) {
			return
		}
		if c := annotated(t); c != nil && !yield(c, Origin{Text: "annotation " + annotation.ProxyConfig.Name}) {
			return
		}
		if c := oldestOf(own, forAll); c != nil && !yield(fromObject(c)) {
			return
		}
		config := configFor(r, t)
		if root := config.Root(r); root != t.Ref.Namespace {
			if c := oldestOf(ownProxyConfigs(r, t, root), forAll); c != nil && !yield(fromObject(c)) {
				return
			}
		}
		if c := config.GetDefaultConfig(); c != nil {
			yield(c, fromMeshConfig(config.Source))
		}
	}
}

// annotated is what the Pods say themselves; nil if it does not parse, since
// istiod then passes over it.
func annotated(t *Template) *meshconfig.ProxyConfig {
	text, ok := t.Annotations[annotation.ProxyConfig.Name]
	if !ok {
		return nil
	}
	c, err := kinds.ParseProxyConfig(text)
	if err != nil {
		return nil
	}
	return c
}

func fromMeshConfig(c *kinds.ConfigMap) Origin {
	return Origin{
		Text: "defaultConfig of ConfigMap " + c.Namespace + "/" + c.Name, Ref: kinds.ConfigMaps.Ref(c.Namespace, c.Name),
	}
}

func fromObject(c *kinds.ProxyConfig) (*meshconfig.ProxyConfig, Origin) {
	return &meshconfig.ProxyConfig{
		Concurrency: c.Spec.GetConcurrency(), ProxyMetadata: c.Spec.GetEnvironmentVariables(), Image: c.Spec.GetImage(),
	}, Origin{Text: "ProxyConfig " + c.Namespace + "/" + c.Name, Ref: kinds.ProxyConfigs.Ref(c.Namespace, c.Name)}
}
