package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// configuredBy is the ConfigMap of a revision's injector.
func configuredBy(revision string, c kinds.InjectorConfig) *inventory.Object {
	value := &kinds.ConfigMap{Injector: &c}
	value.Namespace, value.Name = "istio-system", strings.TrimSuffix("istio-sidecar-injector-"+revision, "-default")
	return &inventory.Object{Ref: kinds.ConfigMaps.Ref(value.Namespace, value.Name), Value: value}
}

func matching(pairs string) []metav1.LabelSelector {
	return []metav1.LabelSelector{{MatchLabels: labelsOf(pairs)}}
}

var (
	chartConfig  = kinds.InjectorConfig{Policy: "enabled"}
	askersConfig = kinds.InjectorConfig{Policy: "disabled"}
	neverBuild   = kinds.InjectorConfig{Policy: "enabled", Never: matching("app=build")}
	alwaysWeb    = kinds.InjectorConfig{Policy: "disabled", Always: matching("app=web")}
	bothWeb      = kinds.InjectorConfig{Policy: "enabled", Never: matching("app=web"), Always: matching("app=web")}
	illegal      = kinds.InjectorConfig{Policy: "on", Always: matching("app=web")}
	emptyNever   = kinds.InjectorConfig{Policy: "enabled", Never: []metav1.LabelSelector{{}}}
)

const (
	inject   = "sidecar.istio.io/inject="
	enrolled = "istio-injection=enabled"
	hostsPod = "host"
	byChart  = "ConfigMap istio-system/istio-sidecar-injector"
)

// TestDecide: each rule comes before those below it.
func TestDecide(t *testing.T) {
	for _, tt := range []struct {
		namespace, labels, pod, annotations string
		config                              kinds.InjectorConfig
		want                                mesh.Answer
		rule                                mesh.Rule
		text                                string
	}{
		{"shop", enrolled, hostsPod + "," + inject + "true", "", chartConfig, mesh.No, mesh.HostNetwork, "hostNetwork"},
		{"kube-system", enrolled, hostsPod, "", chartConfig, mesh.No, mesh.HostNetwork, "hostNetwork"},
		{"kube-system", enrolled, inject + "true", "", chartConfig, mesh.No, mesh.SystemNamespace, "namespace kube-system"},
		{
			"shop", enrolled, inject + "false,gateway.istio.io/managed=x", "", chartConfig,
			mesh.No, mesh.GatewayAPI, "label gateway.istio.io/managed",
		},
		{"shop", enrolled, inject + "false", inject + "true", alwaysWeb, mesh.No, mesh.PodLabel, "label " + inject + "false of the Pods"},
		{"shop", enrolled, "app=web", inject + "false", alwaysWeb, mesh.No, mesh.PodAnnotation, "annotation " + inject + "false"},
		{"shop", enrolled, inject, inject + "false", chartConfig, mesh.Yes, mesh.Policy, byChart},
		{"shop", "", "", "", chartConfig, mesh.No, mesh.NoWebhook, "no injector selects the Pods"},
		{"shop", "", "", inject + "true", chartConfig, mesh.No, mesh.NoWebhook, ""},
		{"shop", "istio-injection=disabled", inject + "true", "", chartConfig, mesh.No, mesh.NoWebhook, "istio-injection=disabled"},
		{"shop", "", inject + "true", "", askersConfig, mesh.Yes, mesh.PodLabel, "label " + inject + "true"},
		{"shop", enrolled, "app=build", inject + "true", neverBuild, mesh.Yes, mesh.PodAnnotation, "annotation " + inject + "true"},
		{"shop", enrolled, inject + "yes,app=build", "", neverBuild, mesh.No, mesh.NeverInject, "neverInjectSelector of " + byChart},
		{"shop", enrolled, inject + "False", "", chartConfig, mesh.Yes, mesh.Policy, "policy enabled of " + byChart},
		{"shop", "", inject + "yes", "", chartConfig, mesh.No, mesh.NoWebhook, ""},
		{"shop", enrolled, "app=web", "", bothWeb, mesh.No, mesh.NeverInject, ""},
		{"shop", enrolled, "app=web", "", alwaysWeb, mesh.Yes, mesh.AlwaysInject, "alwaysInjectSelector of " + byChart},
		{"shop", enrolled, "app=web", "", illegal, mesh.No, mesh.Policy, `policy "on" of ` + byChart},
		{"shop", enrolled, "app=web", "", askersConfig, mesh.No, mesh.Policy, "policy disabled"},
		{"shop", enrolled, "app=web", "", emptyNever, mesh.Yes, mesh.Policy, "policy enabled"},
		{"shop", enrolled, "", "", kinds.InjectorConfig{}, mesh.No, mesh.Policy, "neither"},
	} {
		pod := podWith(tt.pod)
		pod.Annotations = labelsOf(tt.annotations)
		pod.Spec.HostNetwork = strings.HasPrefix(tt.pod, hostsPod)
		s := fromManifests(t, charts("default"), configuredBy("default", tt.config))
		d := mesh.Decide(s, namespaceWith(tt.namespace, tt.labels), pod)
		if d.Answer != tt.want || d.Rule != tt.rule || !strings.Contains(d.Text, tt.text) {
			t.Errorf("%+v: %+v", tt, d)
		}
		if (d.Injector != nil) != (tt.rule >= mesh.NeverInject || tt.want == mesh.Yes) {
			t.Errorf("%+v: injector %v", tt, d.Injector)
		}
	}
}

// TestDecideInDoubt: what is not known makes a Yes a Maybe, never a No.
func TestDecideInDoubt(t *testing.T) {
	conditional := func(expression string) string {
		return strings.ReplaceAll(charts("canary"), "    objectSelector:",
			"    matchConditions: [{name: mine, expression: \""+expression+"\"}]\n    objectSelector:")
	}
	const unknown = "object.spec.hostNetwork"
	for _, tt := range []struct {
		name, webhooks, namespace, pod string
		configs                        []*inventory.Object
		want                           mesh.Answer
		rule                           mesh.Rule
		by                             string
	}{
		{"no ConfigMap", charts("canary"), "istio.io/rev=canary", "", nil, mesh.Yes, mesh.Policy, "injector-canary"},
		{
			"a ConfigMap without configuration", charts("canary"), "istio.io/rev=canary", "",
			[]*inventory.Object{{
				Ref:   kinds.ConfigMaps.Ref("istio-system", "istio-sidecar-injector-canary"),
				Value: &kinds.ConfigMap{Meta: kinds.Meta{Namespace: "istio-system", Name: "istio-sidecar-injector-canary"}},
			}},
			mesh.Maybe, mesh.Policy, "injector-canary",
		},
		{"a condition that holds", conditional("true"), "istio.io/rev=canary", "", nil, mesh.Yes, mesh.Policy, "injector-canary"},
		{
			"one that does not", conditional("request.namespace != 'shop'"), "istio.io/rev=canary", inject + "true",
			nil, mesh.No, mesh.WebhookConditions, "injector-canary",
		},
		{
			"one that nobody knows", conditional(unknown), "istio.io/rev=canary", inject + "true",
			nil, mesh.Maybe, mesh.WebhookConditions, "injector-canary",
		},
		{
			"one that nobody knows, and a refusal", conditional(unknown), "istio.io/rev=canary", "app=build",
			[]*inventory.Object{configuredBy("canary", neverBuild)},
			mesh.No, mesh.NeverInject, "istio-sidecar-injector-canary",
		},
		{
			"another injector is certain", conditional(unknown) + "\n---\n" + strings.ReplaceAll(charts("canary"),
				"injector-canary", "other"), "istio.io/rev=canary", "", nil, mesh.Yes, mesh.Policy, "other",
		},
		{
			"another injector, of the same kind", charts("canary") + "\n---\n" + strings.ReplaceAll(charts("canary"),
				"injector-canary", "other"), "istio.io/rev=canary", "", nil, mesh.Yes, mesh.Policy, "injector-canary",
		},
	} {
		s := fromManifests(t, tt.webhooks, tt.configs...)
		d := mesh.Decide(s, namespaceWith("shop", tt.namespace), podWith(tt.pod))
		if d.Answer != tt.want || d.Rule != tt.rule || d.By.Name != tt.by || d.Text == "" {
			t.Errorf("%s: %+v", tt.name, d)
		}
	}
	if d := mesh.Decide(withObjects(), namespaceWith("shop", enrolled), podWith("")); d.Answer != mesh.No ||
		d.Text != "no injector is installed" {
		t.Errorf("nothing installed: %+v", d)
	}
}

// TestDecideLikeIstiod: where no webhook has conditions, the answer is that of
// the charts' selectors and of istiod's injectRequired, told naively.
func TestDecideLikeIstiod(t *testing.T) {
	dice := small{rand.New(rand.NewPCG(21, 22))}
	stores := map[string]*inventory.Store{}
	configs := []kinds.InjectorConfig{chartConfig, askersConfig, neverBuild, alwaysWeb, bothWeb, illegal, emptyNever}
	values := []string{"", inject + "true", inject + "false", inject + "yes", inject + "False", inject}
	for range 3000 {
		n := dice.IntN(len(configs))
		key := fmt.Sprint(n)
		if stores[key] == nil {
			stores[key] = fromManifests(t, charts("default")+"\n---\n"+charts("canary"),
				configuredBy("default", configs[n]), configuredBy("canary", configs[n]))
		}
		ns := namespaceWith(pick(dice, "shop", "shop", "kube-public"), pick(dice,
			"", enrolled, "istio-injection=disabled", "istio-injection=x")+","+pick(dice, "", "istio.io/rev=canary", "istio.io/rev=gone"))
		pod := podWith(pick(dice, values...) + "," + pick(dice, "", "app=web", "app=build") + "," +
			pick(dice, "", "istio.io/rev=canary"))
		pod.Annotations = labelsOf(pick(dice, values...))
		pod.Spec.HostNetwork = dice.IntN(8) == 0
		want := reaches(ns.Labels, pod.Labels) && injectRequired(ns.Name, &configs[n], pod)
		if d := mesh.Decide(stores[key], ns, pod); d.Answer != answer(want) {
			t.Fatalf("namespace %s %v, Pod %v %v, %+v: %+v, want %v", ns.Name, ns.Labels, pod.Labels, pod.Annotations, configs[n], d, want)
		}
	}
}

// reaches tells whether a webhook of the charts of default and canary gets a
// Pod, in the charts' own words.
func reaches(ns, pod map[string]string) bool {
	injection, decided := ns["istio-injection"]
	if pod["sidecar.istio.io/inject"] == "false" {
		return false
	}
	known := func(rev string) bool { return rev == "default" || rev == "canary" }
	rev, named := ns["istio.io/rev"]
	switch {
	case decided:
		return injection == "enabled"
	case named:
		return known(rev)
	}
	if rev, own := pod["istio.io/rev"]; own {
		return known(rev)
	}
	return pod["sidecar.istio.io/inject"] == "true"
}

// injectRequired is istiod's, line by line.
func injectRequired(namespace string, c *kinds.InjectorConfig, pod *mesh.Template) bool {
	ignored := []string{"kube-system", "kube-public", "kube-node-lease", "local-path-storage"}
	if pod.Spec.HostNetwork || slices.Contains(ignored, namespace) {
		return false
	}
	var useDefault, inject bool
	choice := pod.Annotations["sidecar.istio.io/inject"]
	if label, ok := pod.Labels["sidecar.istio.io/inject"]; ok {
		choice = label
	}
	switch choice {
	case "true":
		inject = true
	case "false":
	default:
		useDefault = true
	}
	if useDefault && matchesAny(c.Never, pod.Labels) {
		useDefault = false
	}
	if useDefault && matchesAny(c.Always, pod.Labels) {
		inject, useDefault = true, false
	}
	switch c.Policy {
	case "disabled":
		return !useDefault && inject
	case "enabled":
		return useDefault || inject
	}
	// A Pod that asks is not injected, either; Decide does not look so far.
	return choice == "true"
}

func matchesAny(list []metav1.LabelSelector, have map[string]string) bool {
	return slices.ContainsFunc(list, func(s metav1.LabelSelector) bool {
		selector, err := metav1.LabelSelectorAsSelector(&s)
		return err == nil && !selector.Empty() && selector.Matches(labels.Set(have))
	})
}

func BenchmarkDecide(b *testing.B) {
	row, _ := kinds.Lookup(kinds.MutatingWebhooks.Name)
	objects := []*inventory.Object{configuredBy("default", neverBuild)}
	for doc := range strings.SplitSeq(charts("default")+"\n---\n"+charts("canary"), "\n---\n") {
		raw, err := yaml.YAMLToJSON([]byte(doc))
		if err != nil {
			b.Fatal(err)
		}
		objects = append(objects, row.Decode(raw))
	}
	s, ns, pod := withObjects(objects...), namespaceWith("shop", enrolled), podWith("app=web,version=v1")
	for b.Loop() {
		if mesh.Decide(s, ns, pod).Answer != mesh.Yes {
			b.Fatal("not injected")
		}
	}
}
