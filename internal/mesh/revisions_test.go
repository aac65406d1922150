package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// istiodOf is the Deployment and Service of a revision, as the chart makes them;
// env is more of the container's environment.
func istiodOf(revision, image, env string) string {
	name, label := "istiod-"+revision, "istio.io/rev: "+revision
	if revision == "" {
		name, label = "istiod", "istio: pilot"
	}
	return fmt.Sprintf(`
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s, namespace: istio-system, labels: {app: istiod, app.kubernetes.io/version: 1.30.0}}
spec:
  template:
    metadata: {labels: {app: istiod, %[2]s}}
    spec:
      containers:
        - name: discovery
          image: %[3]q
          env: [%[4]s]
---
apiVersion: v1
kind: Service
metadata: {name: %[1]s, namespace: istio-system, labels: {app: istiod, %[2]s}}
spec: {selector: {app: istiod}, ports: [{port: 443}]}
`, name, label, image, env)
}

func tagByWebhook(tag, revision string) string {
	text := strings.ReplaceAll(charts(tag), "labels: {istio.io/rev: "+tag+"}",
		"labels: {istio.io/rev: "+revision+", istio.io/tag: "+tag+"}")
	return "\n---\n" + strings.ReplaceAll(text, "injector-"+tag, "istio-revision-tag-"+tag)
}

func tagByService(namespace, tag, revision string) string {
	return fmt.Sprintf(`
---
apiVersion: v1
kind: Service
metadata: {name: istiod-revision-tag-%[2]s, namespace: %[1]s, labels: {istio.io/tag: %[2]s, istio.io/rev: %[3]s}}
spec: {selector: {app: istiod}, ports: [{port: 443}]}
`, namespace, tag, revision)
}

func TestTags(t *testing.T) {
	s := fromManifests(t, charts("1-30")+istiodOf("1-30", "example/pilot:1.30.2", "")+istiodOf("1-31", "example/pilot:1.31.0", "")+
		tagByWebhook("prod", "1-30")+tagByWebhook("both", "1-30")+tagByService("istio-system", "both", "1-31")+
		tagByService("istio-system", "next", "1-31")+tagByService("shop", "stray", "1-31"))
	for name, want := range map[string]struct {
		revision string
		known    mesh.Answer
	}{
		"prod":    {"1-30", mesh.Yes},
		"next":    {"1-31", mesh.Yes},
		"both":    {"1-31", mesh.Yes}, // the Service wins
		"1-31":    {"1-31", mesh.Yes},
		"stray":   {"", mesh.No}, // not where a control plane is
		"default": {"", mesh.No},
		"":        {"", mesh.No},
		"gone":    {"", mesh.No},
	} {
		if got, known := mesh.ResolveRevision(s, name); got != want.revision || known != want.known {
			t.Errorf("%q: %q %v, want %+v", name, got, known, want)
		}
	}
	if got := len(mesh.Tags(s)["both"].By); got != 2 {
		t.Errorf("both is made by %d objects", got)
	}
	if got := fmt.Sprint(mesh.Revisions(s, mesh.Injectors(s))); got != "[1-30 1-31 both next prod]" {
		t.Errorf("revisions %s", got)
	}
	if got, known := mesh.ResolveRevision(withObjects(), "prod"); got != "" || known != mesh.Maybe {
		t.Errorf("without a control plane: %q %v", got, known)
	}
	unnamed := fromManifests(t, charts("default")+istiodOf("", "example/pilot:1.30.2", ""))
	if got, known := mesh.ResolveRevision(unnamed, ""); got != mesh.DefaultRevision || known != mesh.Yes {
		t.Errorf("the unnamed revision: %q %v", got, known)
	}
	tagged := fromManifests(t, charts("default")+istiodOf("", "example/pilot:1.30.2", "")+tagByService("istio-system", "default", "x"))
	if got, known := mesh.ResolveRevision(tagged, ""); got != "x" || known != mesh.Yes {
		t.Errorf("the default, by tag: %q %v", got, known)
	}
}

func TestControlPlanes(t *testing.T) {
	external := strings.ReplaceAll(charts("out"), "service: {name: istiod, namespace: istio-system}", "url: https://mesh.example.com/inject")
	remote := strings.ReplaceAll(charts("remote"), "{name: istiod, namespace: istio-system}", "{name: istiod-remote, namespace: mesh}")
	s := fromManifests(t, charts("default")+istiodOf("", "example/pilot:1.30.2-distroless", "")+
		istiodOf("canary", "example.org:5000/pilot@sha256:0123", "{name: A, value: b}, {name: C}")+
		tagByWebhook("prod", "gone")+"\n---\n"+external+"\n---\n"+remote+
		"\n---\napiVersion: v1\nkind: Service\nmetadata: {name: istiod-remote, namespace: mesh}\n")
	var got []string
	for _, c := range mesh.ControlPlanes(s) {
		major, minor, ok := c.Version()
		got = append(got, fmt.Sprintf("%s in %s, here %v, external %v, version %d.%d %v",
			c.Revision, c.Namespace, c.Istiod != nil, c.External, major, minor, ok))
	}
	want := `canary in istio-system, here true, external false, version 1.30 true
default in istio-system, here true, external false, version 1.30 true
gone in istio-system, here false, external false, version 0.0 false
out in istio-system, here false, external true, version 0.0 false
remote in mesh, here false, external true, version 0.0 false`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	canary := mesh.ControlPlanes(s)[0]
	for name, want := range map[string]string{"A": "b true", "C": " true", "D": " false"} {
		if value, set := canary.Env(name); fmt.Sprintf("%s %v", value, set) != want {
			t.Errorf("%s: %q %v", name, value, set)
		}
	}
}

func TestVersion(t *testing.T) {
	for image, want := range map[string]string{
		"example/pilot:1.27.3":             "1.27 true",
		"example/pilot:v1.27":              "1.27 true",
		"example/pilot:1.27-alpha.0123":    "1.27 true",
		"example:5000/x/pilot:1.9.1-debug": "1.9 true",
		"example:5000/x/pilot":             "1.30 true", // by the Deployment's label
		"example/pilot:latest":             "1.30 true",
	} {
		s := fromManifests(t, istiodOf("x", image, ""))
		major, minor, ok := mesh.ControlPlanes(s)[0].Version()
		if got := fmt.Sprintf("%d.%d %v", major, minor, ok); got != want {
			t.Errorf("%s: %s, want %s", image, got, want)
		}
	}
	unlabelled := strings.ReplaceAll(istiodOf("x", "example/pilot:latest", ""), "app.kubernetes.io/version: 1.30.0", "a: b")
	if _, _, ok := mesh.ControlPlanes(fromManifests(t, unlabelled))[0].Version(); ok {
		t.Error("latest is a version")
	}
}

func TestConfigOf(t *testing.T) {
	meshConfig := func(name, root string) string {
		return fmt.Sprintf("\n---\napiVersion: v1\nkind: ConfigMap\n"+
			"metadata: {name: %s, namespace: istio-system}\ndata: {mesh: 'rootNamespace: %s'}\n", name, root)
	}
	s := fromManifests(t, istiodOf("", "example/pilot:1", "")+istiodOf("canary", "example/pilot:1", "")+
		istiodOf("bare", "example/pilot:1", "")+meshConfig("istio", "a")+meshConfig("istio-canary", "b"))
	for revision, want := range map[string]string{"": "a", "default": "a", "canary": "b", "bare": "a", "gone": "a"} {
		if got := mesh.ConfigOf(s, revision).GetRootNamespace(); got != want {
			t.Errorf("%q: %s, want %s", revision, got, want)
		}
	}
}

func TestRevisionOf(t *testing.T) {
	for annotations, want := range map[string]string{
		"":                    "",
		"istio.io/rev=canary": "canary",
		`istio.io/rev=canary,sidecar.istio.io/status={"revision":"x"}`: "canary",
		`sidecar.istio.io/status={"revision":"x"}`:                     "x",
		`sidecar.istio.io/status={"revision":`:                         "",
	} {
		if got := mesh.RevisionOf(&kinds.Pod{PodSpec: &kinds.PodSpec{}, Meta: kinds.Meta{Annotations: labelsOf(annotations)}}); got != want {
			t.Errorf("%s: %q, want %q", annotations, got, want)
		}
	}
}

func TestNative(t *testing.T) {
	const auto, on, off = "{name: ENABLE_NATIVE_SIDECARS, value: auto}",
		"{name: ENABLE_NATIVE_SIDECARS, value: 'true'}", "{name: ENABLE_NATIVE_SIDECARS, value: 'False'}"
	const elsewhere = "{name: ENABLE_NATIVE_SIDECARS, valueFrom: {configMapKeyRef: {name: a, key: b}}}"
	for _, tt := range []struct {
		name, annotation, image, env string
		kubelets                     string
		want                         mesh.Answer
	}{
		{"the annotation first", "true", "example/pilot:1.20.0", off, "1.30", mesh.Yes},
		{"the annotation refuses", "false", "example/pilot:1.30.0", on, "1.34", mesh.No},
		{"no such annotation", "yes", "example/pilot:1.30.0", on, "1.34", mesh.Maybe},
		{"istiod says so", "", "example/pilot:1.20.0", on, "1.28", mesh.Yes},
		{"istiod says no", "", "example/pilot:1.30.0", off, "1.34", mesh.No}, // any other word is no
		{"istiod asks the nodes", "", "example/pilot:1.24.0", auto, "1.34 1.33", mesh.Yes},
		{"one node is older", "", "example/pilot:1.24.0", auto, "1.34 1.32 1.34", mesh.No},
		{"one cannot be read", "", "example/pilot:1.24.0", auto, "1.34 x", mesh.No},
		{"by default since 1.27", "", "example/pilot:1.27.0", "", "1.33", mesh.Yes},
		{"not before", "", "example/pilot:1.26.4", "", "1.33", mesh.No},
		{"of unknown version", "", "example/pilot:2.0", elsewhere, "1.33", mesh.Maybe},
		{"without nodes", "", "example/pilot:1.27.0", "", "", mesh.Maybe},
	} {
		text := charts("default") + istiodOf("", tt.image, tt.env)
		for i, version := range strings.Fields(tt.kubelets) {
			text += fmt.Sprintf("\n---\napiVersion: v1\nkind: Node\nmetadata: {name: n%d}\n"+
				"status: {nodeInfo: {kubeletVersion: v%s.1}}\n", i, version)
		}
		s := fromManifests(t, text)
		pod := podWith("")
		if tt.annotation != "" {
			pod.Annotations = map[string]string{"sidecar.istio.io/nativeSidecar": tt.annotation}
		}
		d := mesh.Decide(s, namespaceWith("shop", enrolled), pod)
		if got := mesh.Native(s, d, pod); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	s := fromManifests(t, charts("default"))
	pod := podWith("")
	if got := mesh.Native(s, mesh.Decide(s, namespaceWith("shop", enrolled), pod), pod); got != mesh.Maybe {
		t.Errorf("without istiod: %v", got)
	}
	if got := mesh.Native(s, mesh.Decision{}, pod); got != mesh.Maybe {
		t.Errorf("without injector: %v", got)
	}
}
