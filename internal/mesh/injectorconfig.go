package mesh

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// injectorConfig is the part of istiod's injector configuration that decides
// about Pods which say nothing for themselves.
type injectorConfig struct {
	Policy               string                 `json:"policy"`
	NeverInjectSelector  []metav1.LabelSelector `json:"neverInjectSelector"`
	AlwaysInjectSelector []metav1.LabelSelector `json:"alwaysInjectSelector"`
}

// Refuses tells whether the istiod behind an injector gives no sidecar to a Pod
// with these labels that says nothing for itself: by its configuration in the
// ConfigMap istio-sidecar-injector, or istio-sidecar-injector-<revision>. As in
// istiod's injectRequired, neverInjectSelector counts first, then
// alwaysInjectSelector, then the policy. Where there is no such ConfigMap, as
// with a control plane outside of the cluster, the answer is No.
func (i *Injector) Refuses(r inventory.Reader, pod map[string]string) Answer {
	c := kinds.ConfigMaps.Get(r, i.namespace(r), i.configName())
	if c == nil || !selective(c.Data["config"]) {
		return No
	}
	var config injectorConfig
	if yaml.Unmarshal([]byte(c.Data["config"]), &config) != nil {
		return Maybe
	}
	switch never, always := anyOf(config.NeverInjectSelector, pod), anyOf(config.AlwaysInjectSelector, pod); {
	case never != No:
		return never
	case always == Yes || config.Policy == enabled:
		return No
	case always == Maybe:
		return Maybe
	}
	return Yes
}

func (i *Injector) namespace(r inventory.Reader) string {
	if s := i.Client.Service; s != nil {
		return s.Namespace
	}
	return kinds.MeshSettings(r).RootNamespace
}

func (i *Injector) configName() string {
	const name = "istio-sidecar-injector"
	if rev := i.Revision(); rev != "" && rev != "default" {
		return name + "-" + rev
	}
	return name
}

// selective tells whether the configuration may refuse anything: most refuse
// nothing, and their templates make them slow to parse. Istio's chart writes an
// empty list on the line after its key.
func selective(config string) bool {
	lines := strings.Split(config, "\n")
	if !slices.Contains(lines, "policy: enabled") {
		return true
	}
	for i, line := range lines {
		list, ok := strings.CutPrefix(line, "neverInjectSelector:")
		if ok && strings.TrimSpace(list) == "" && i+1 < len(lines) {
			list = lines[i+1]
		}
		if ok && strings.TrimSpace(list) != "[]" {
			return true
		}
	}
	return false
}

// anyOf tells whether one of the selectors matches; as in istiod, an empty one
// matches nothing.
func anyOf(list []metav1.LabelSelector, have map[string]string) Answer {
	answer := No
	for i := range list {
		if s := &list[i]; len(s.MatchLabels)+len(s.MatchExpressions) > 0 {
			answer = max(answer, selects(s, have))
		}
	}
	return answer
}
