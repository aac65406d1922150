package kinds

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// InjectorConfig is what checks see of the configuration of istiod's injector:
// the entries "config" and "values" of the ConfigMap istio-sidecar-injector.
type InjectorConfig struct {
	// Policy is "enabled", "disabled", or a word with which nothing is injected.
	Policy string
	// Never and Always are neverInjectSelector and alwaysInjectSelector. An
	// empty selector among them selects nothing.
	Never, Always []metav1.LabelSelector
	// DefaultTemplates are those of Pods that name none. Templates are the names
	// of all, sorted.
	DefaultTemplates, Templates []string
	// Stock: the template "sidecar" sets the proxy's resources as Istio's own
	// does, by annotations and global.proxy.resources.
	Stock               bool
	InjectedAnnotations map[string]string
	Values              InjectorValues
}

// InjectorValues are the values of the installation with which the templates
// are filled in. Texts are as given, "" where nothing is.
type InjectorValues struct {
	Hub, Tag, Variant string
	// ProxyImage and InitImage are global.proxy.image and
	// global.proxy_init.image: names that hub and tag complete, or whole images.
	ProxyImage, InitImage string
	// Requests and Limits are those of global.proxy.resources.
	Requests, Limits corev1.ResourceList
	// HoldApplication is global.proxy.holdApplicationUntilProxyStarts.
	HoldApplication bool
	// CNIEnabled: Istio's CNI redirects traffic, so that no Pod gets istio-init.
	CNIEnabled bool
	// EnableNamespacesByDefault is what the chart makes a webhook "auto." of.
	EnableNamespacesByDefault bool
	// Privileged is global.proxy.privileged.
	Privileged bool
	// What the proxy does not get, as in the annotations of traffic.sidecar.istio.io.
	IncludeInboundPorts, ExcludeInboundPorts, ExcludeOutboundPorts string
	IncludeIPRanges, ExcludeIPRanges                               string
	StatusPort                                                     string
}

// The entries of the injector's ConfigMap.
const (
	injectorConfigKey = "config"
	injectorValuesKey = "values"
)

// isInjectorConfig tells the injector's configuration from an entry "config" of
// another program, by the text alone, so that it holds for the entry by itself.
func isInjectorConfig(text string) bool {
	return strings.Contains(text, "policy:") || strings.Contains(text, "InjectSelector:")
}

func isInjectorValues(text string) bool { return strings.Contains(text, "global") }

// decodeInjector takes the injector's entries out of data; nil if there is no
// configuration. Values that do not decode are an error also then.
func decodeInjector(data map[string]string) (*InjectorConfig, error) {
	var out *InjectorConfig
	if text := data[injectorConfigKey]; isInjectorConfig(text) {
		delete(data, injectorConfigKey)
		out = &InjectorConfig{}
		if err := out.decode(text); err != nil {
			return nil, err
		}
	}
	text := data[injectorValuesKey]
	if !isInjectorValues(text) {
		return out, nil
	}
	values, err := decodeInjectorValues(text)
	if err != nil || out == nil {
		return nil, err
	}
	delete(data, injectorValuesKey)
	out.Values = values
	return out, nil
}

func (c *InjectorConfig) decode(text string) error {
	var wire struct {
		Policy               word                   `json:"policy"`
		NeverInjectSelector  []metav1.LabelSelector `json:"neverInjectSelector"`
		AlwaysInjectSelector []metav1.LabelSelector `json:"alwaysInjectSelector"`
		DefaultTemplates     []string               `json:"defaultTemplates"`
		Templates            map[string]string      `json:"templates"`
		InjectedAnnotations  map[string]string      `json:"injectedAnnotations"`
	}
	if err := yaml.Unmarshal([]byte(text), &wire); err != nil {
		return err
	}
	sidecar := wire.Templates["sidecar"]
	*c = InjectorConfig{
		Policy: string(wire.Policy), Never: wire.NeverInjectSelector, Always: wire.AlwaysInjectSelector,
		DefaultTemplates: wire.DefaultTemplates, Templates: slices.Sorted(maps.Keys(wire.Templates)),
		Stock: strings.Contains(sidecar, "sidecar.istio.io/proxyCPU") &&
			strings.Contains(sidecar, "global.proxy.resources"),
		InjectedAnnotations: wire.InjectedAnnotations,
	}
	if len(c.DefaultTemplates) == 0 {
		c.DefaultTemplates = []string{"sidecar"} // as istiod has it
	}
	return nil
}

// word is a text that may be given as a number or truth value.
type word string

// UnmarshalJSON implements json.Unmarshaler.
func (w *word) UnmarshalJSON(raw []byte) error {
	var v any
	switch err := json.Unmarshal(raw, &v); v := v.(type) {
	case nil:
		return err
	case string:
		*w = word(v)
	case bool, float64:
		*w = word(raw)
	default:
		return fmt.Errorf("found %s where a text is expected", raw)
	}
	return nil
}

func (w word) yes() bool { return w == "true" }

// amounts are resources as the values give them; null is none.
type amounts map[corev1.ResourceName]word

func (a amounts) list() (corev1.ResourceList, error) {
	var out corev1.ResourceList
	for name, text := range a {
		if text == "" {
			continue
		}
		q, err := quantity.ParseQuantity(string(text))
		if err != nil {
			return nil, fmt.Errorf("global.proxy.resources: %s %q: %w", name, text, err)
		}
		if out == nil {
			out = corev1.ResourceList{}
		}
		out[name] = q
	}
	return out, nil
}
