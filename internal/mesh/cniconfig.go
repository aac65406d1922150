package mesh

import (
	"iter"
	"strings"

	"istio.io/api/label"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// CNI is the configuration of Istio's CNI agent, as far as it decides who is
// carried by ztunnel.
type CNI struct {
	// Source is the ConfigMap; nil if there is none, so that the chart's
	// defaults hold.
	Source *kinds.ConfigMap
	// Ambient: the agent enrols Pods in ambient mode at all.
	Ambient bool
	// Selectors are the enablementSelectors; one that matches is enough. With
	// such as do not parse the agent does not start, and there is none.
	Selectors []EnablementSelector
	// Excluded are namespaces whose Pods are never enrolled.
	Excluded []string
}

// EnablementSelector chooses Pods for ambient mode. An empty selector matches
// everything.
type EnablementSelector struct {
	Pod       metav1.LabelSelector `json:"podSelector"`
	Namespace metav1.LabelSelector `json:"namespaceSelector"`
}

// Entries of the CNI agent's ConfigMap.
const (
	ambientEnabled   = "AMBIENT_ENABLED"
	ambientSelectors = "AMBIENT_ENABLEMENT_SELECTOR"
	excluded         = "EXCLUDE_NAMESPACES"
)

// CNIConfig reads the configuration of Istio's CNI agent: of the first
// ConfigMap, by namespace and name, that has its entries. If there is none it
// is false, with what the chart's defaults are. In files ConfigMaps are off
// unless one is given: so come late.
func CNIConfig(r inventory.Reader) (CNI, bool) {
	c := cniConfig.Everywhere(r, "")
	return c, c.Source != nil
}

var cniConfig = kinds.Summarize(kinds.ConfigMaps.Whole(), "cni", func(list iter.Seq[*kinds.ConfigMap]) CNI {
	for c := range list {
		if _, ok := c.Data[ambientEnabled]; ok && c.Deleted.IsZero() {
			return parseCNI(c)
		}
	}
	return defaultCNI
}, func(a, b CNI) bool { return a.Source == b.Source })

func parseCNI(c *kinds.ConfigMap) CNI {
	out := CNI{Source: c, Ambient: c.Data[ambientEnabled] == "true"}
	for name := range strings.SplitSeq(c.Data[excluded], ",") {
		if name = strings.TrimSpace(name); name != "" {
			out.Excluded = append(out.Excluded, name)
		}
	}
	text, given := c.Data[ambientSelectors]
	if !given {
		out.Selectors = defaultCNI.Selectors
	} else if yaml.Unmarshal([]byte(text), &out.Selectors) != nil {
		out.Selectors = nil
	}
	return out
}

// defaultCNI is what the chart of Istio's CNI agent writes.
var defaultCNI = CNI{
	Excluded: []string{metav1.NamespaceSystem},
	Selectors: []EnablementSelector{
		{Pod: metav1.LabelSelector{MatchLabels: inAmbientMode}},
		{
			Pod: metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{
				Key: label.IoIstioDataplaneMode.Name, Operator: metav1.LabelSelectorOpNotIn, Values: []string{"none"},
			}}},
			Namespace: metav1.LabelSelector{MatchLabels: inAmbientMode},
		},
	},
}

var inAmbientMode = map[string]string{label.IoIstioDataplaneMode.Name: ambient}

func (c *CNI) ref() inventory.Ref {
	if c.Source == nil {
		return inventory.Ref{}
	}
	return kinds.ConfigMaps.Ref(c.Source.Namespace, c.Source.Name)
}

// name is what messages call the configuration.
func (c *CNI) name() string {
	if c.Source == nil {
		return "istio-cni by default"
	}
	return "ConfigMap " + c.Source.Namespace + "/" + c.Source.Name
}
