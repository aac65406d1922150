package mesh_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	meshconfig "istio.io/api/mesh/v1alpha1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestAsking: a namespace asks for what its labels name in the end, be it a
// revision or a tag, and an istiod is asked for by its own name, by a tag, or as
// the default one.
func TestAsking(t *testing.T) {
	world := charts("1-30") + istiodOf("1-30", "example/pilot:1.30.2", "") + istiodOf("1-31", "example/pilot:1.31.0", "") +
		tagByWebhook("prod", "1-30") + tagByService("istio-system", "next", "1-31")
	for n, labels := range map[string]string{
		"a": "istio.io/rev: prod", "b": "istio-injection: enabled", "c": "istio.io/rev: default", "d": "istio-injection: disabled, istio.io/rev: prod",
		"e": "istio.io/rev: 1-31, istio-injection: enabled", "f": "istio.io/rev: prod", "g": "istio.io/dataplane-mode: ambient",
	} {
		world += fmt.Sprintf("---\n{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {%s}}}\n", n, labels)
	}
	s := fromManifests(t, world)
	for name, want := range map[string]string{"prod": "[a f]", "default": "[b c e]", "1-31": "[]", "1-30": "[]", "next": "[]"} {
		if got := fmt.Sprint(mesh.Asking(s, name)); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	for revision, want := range map[string]bool{"1-30": true, "1-31": false, "default": true, "gone": false} {
		if got := mesh.Asked(s, revision); got != want {
			t.Errorf("%s is asked for: %t", revision, got)
		}
	}
	tags := mesh.Tags(s)
	prod, next := tags["prod"], tags["next"]
	if !prod.Hooked() || next.Hooked() {
		t.Errorf("%+v, %+v: only prod has webhooks", prod, next)
	}
	for namespace, want := range map[string]bool{"istio-system": true, "shop": false} {
		if got := mesh.InControlPlane(s, namespace); got != want {
			t.Errorf("%s: %t", namespace, got)
		}
	}
}

// TestDiscovers: istiod looks at what any selector matches, as Kubernetes' own
// selectors do, and at everything if there is none.
func TestDiscovers(t *testing.T) {
	dice := small{rand.New(rand.NewPCG(3, 9))}
	for range 500 {
		c := mesh.Config{MeshConfig: &meshconfig.MeshConfig{}}
		ns := kinds.NewNamespace(pick(dice, "shop", "bank"))
		ns.Labels = dice.labels("team", "stage")
		have := map[string]string{"kubernetes.io/metadata.name": ns.Name}
		maps.Copy(have, ns.Labels)
		want := true
		for range dice.IntN(3) {
			one := cmp.Or(randomSelector(dice), &metav1.LabelSelector{})
			if c.DiscoverySelectors == nil {
				want = false
			}
			selector := &meshconfig.LabelSelector{MatchLabels: one.MatchLabels}
			for _, e := range one.MatchExpressions {
				selector.MatchExpressions = append(selector.MatchExpressions, &meshconfig.LabelSelectorRequirement{
					Key: e.Key, Operator: string(e.Operator), Values: e.Values,
				})
			}
			c.DiscoverySelectors = append(c.DiscoverySelectors, selector)
			want = want || selectsNaively(t, one, have)
		}
		if got := c.Discovers(ns); got != answer(want) {
			t.Fatalf("%v, namespace %v: got %d", c.DiscoverySelectors, have, got)
		}
	}
	byName := mesh.Config{MeshConfig: &meshconfig.MeshConfig{DiscoverySelectors: []*meshconfig.LabelSelector{
		{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "shop"}},
	}}}
	if byName.Discovers(kinds.NewNamespace("shop")) != mesh.Yes || byName.Discovers(kinds.NewNamespace("bank")) != mesh.No {
		t.Error("a namespace has its name as a label")
	}
}

// TestTrusts: a bundle trusts what is issued under a root that is in it, with
// the same key, or that one of both has signed.
func TestTrusts(t *testing.T) {
	cert := func(subject, issuer, key string) kinds.Certificate {
		return kinds.Certificate{Subject: subject, Issuer: issuer, Key: key}
	}
	root := cert("O=mesh", "O=mesh", "1")
	for name, tt := range map[string]struct {
		bundle, roots []kinds.Certificate
		want          bool
	}{
		"the same":             {[]kinds.Certificate{root}, []kinds.Certificate{root}, true},
		"one of several":       {[]kinds.Certificate{cert("O=old", "O=old", "0"), root}, []kinds.Certificate{root}, true},
		"issued again":         {[]kinds.Certificate{cert("O=mesh", "O=mesh", "1")}, []kinds.Certificate{root}, true},
		"another of that name": {[]kinds.Certificate{cert("O=mesh", "O=mesh", "2")}, []kinds.Certificate{root}, false},
		"an intermediate":      {[]kinds.Certificate{cert("O=sub", "O=mesh", "3")}, []kinds.Certificate{root}, true},
		"the other way round":  {[]kinds.Certificate{root}, []kinds.Certificate{cert("O=sub", "O=mesh", "3")}, true},
		"nothing":              {nil, []kinds.Certificate{root}, false},
	} {
		if got := mesh.Trusts(tt.bundle, tt.roots); got != tt.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

// TestRootCertificates: istiod's published root says what signs its webhooks'
// certificate only where all istiods of the namespace issue it themselves.
func TestRootCertificates(t *testing.T) {
	roots := &kinds.ConfigMap{
		Meta:           kinds.Meta{Namespace: "istio-system", Name: kinds.RootCertificateName},
		CACertificates: []kinds.Certificate{{Subject: "O=mesh"}},
	}
	for name, tt := range map[string]struct {
		world, revision string
		want            int
	}{
		"istiod's own":           {istiodOf("", "example/pilot:1.31.0", ""), "default", 1},
		"named so":               {istiodOf("", "example/pilot:1.31.0", "{name: PILOT_CERT_PROVIDER, value: istiod}"), "default", 1},
		"Kubernetes signs":       {istiodOf("", "example/pilot:1.31.0", "{name: PILOT_CERT_PROVIDER, value: kubernetes}"), "default", 0},
		"no authority":           {istiodOf("", "example/pilot:1.31.0", "{name: ENABLE_CA_SERVER, value: \"False\"}"), "default", 0},
		"another revision":       {istiodOf("1-31", "example/pilot:1.31.0", ""), "1-30", 0},
		"another istiod differs": {istiodOf("", "example/pilot:1.31.0", "") + istiodOf("1-30", "example/pilot:1.30.0", "{name: PILOT_CERT_PROVIDER, value: none}"), "default", 0},
		"no istiod":              {"", "default", 0},
	} {
		s := fromManifests(t, tt.world, &inventory.Object{Ref: kinds.ConfigMaps.Ref(roots.Namespace, roots.Name), Value: roots})
		if got := mesh.RootCertificates(s, "istio-system", tt.revision); len(got) != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
		if got := mesh.RootCertificates(s, "elsewhere", tt.revision); len(got) > 0 {
			t.Errorf("%s: elsewhere %v", name, got)
		}
	}
}

// TestValidates: by the names of Istio's charts.
func TestValidates(t *testing.T) {
	for name, tt := range map[string]struct {
		webhook string
		want    bool
	}{
		"istiod-default-validator":     {"validation.istio.io", true},
		"istio-validator-1-31-istio-x": {"rev.validation.istio.io", true},
		"renamed":                      {"rev.validation.istio.io", true},
		"other":                        {"validation.example.com", false},
		"nearly":                       {"myvalidation.istio.io", false},
	} {
		c := &kinds.WebhookConfiguration{Meta: kinds.Meta{Name: name}, Webhooks: []kinds.Webhook{{Name: tt.webhook}}}
		if got := mesh.Validates(c); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
		gone := *c
		gone.Deleted = day(1)
		for of, live := range map[*kinds.WebhookConfiguration]bool{c: true, &gone: false} {
			s := withObjects(&inventory.Object{Ref: kinds.ValidatingWebhooks.Ref("", name), Value: of})
			if got := mesh.Validated(s); got != (tt.want && live) {
				t.Errorf("%s, live %t: validated %t", name, live, got)
			}
		}
	}
}

// TestInjectorsOfAConfiguration: each webhook of each configuration is found by
// the configuration's name, and knows where it stands in it.
func TestInjectorsOfAConfiguration(t *testing.T) {
	s := fromManifests(t, charts("1-30")+"---"+charts("1-31")+tagByWebhook("prod", "1-30"))
	for config, want := range map[string][]string{
		"injector-1-30": {"webhooks[0]", "webhooks[1]"}, "istio-revision-tag-prod": {"webhooks[0]", "webhooks[1]"}, "none": nil,
	} {
		var got []string
		for _, i := range mesh.InjectorsOf(s, config) {
			if got = append(got, i.Field()); i.Config.Name != config || !mesh.Injects(i.Config, &i.Config.Webhooks[0]) {
				t.Errorf("%s has %s of %s", config, i.Name, i.Config.Name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", config, got, want)
		}
	}
}
