package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// unread are kinds that no check reads.
var unread = []string{
	"ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "Role", "RoleBinding",
	"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
}

// clustered are kinds without a namespace.
var clustered = []string{"MutatingWebhookConfiguration", "Namespace", "ValidatingWebhookConfiguration"}

// document begins a document of YAML.
var document = regexp.MustCompile(`(?m)^---.*$`)

// inNamespace puts the objects that name no namespace into one, as helm install
// and kubectl apply do, and drops what no check reads.
func inNamespace(namespace, text string) (string, error) {
	var out strings.Builder
	for _, doc := range document.Split(text, -1) {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(doc), &o); err != nil {
			return "", err
		}
		kind, _ := o["kind"].(string)
		metadata, ok := o["metadata"].(map[string]any)
		if !ok || slices.Contains(unread, kind) {
			continue
		}
		if _, given := metadata["namespace"]; !given && !slices.Contains(clustered, kind) {
			metadata["namespace"] = namespace
		}
		if err := shorten(o); err != nil {
			return "", err
		}
		written, err := yaml.Marshal(o)
		if err != nil {
			return "", err
		}
		out.WriteString("---\n" + string(written))
	}
	return out.String(), nil
}

// shorten empties the templates of an injector's configuration but for that of
// sidecars, which alone is read: they are most of an installation.
func shorten(o map[string]any) error {
	data, _ := o["data"].(map[string]any)
	text, ok := data["config"].(string)
	if !ok || !strings.Contains(text, "neverInjectSelector") {
		return nil
	}
	var config map[string]any
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		return err
	}
	templates, _ := config["templates"].(map[string]any)
	for name := range templates {
		if name != "sidecar" {
			templates[name] = "spec: {}\n"
		}
	}
	written, err := yaml.Marshal(config)
	data["config"] = string(written)
	return err
}

// registry is the host of an image, or of a place with images.
var registry = regexp.MustCompile(`\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:io|dev|com)/(?:[a-z0-9-]+/)*([a-z0-9-]+:[\w.-]+)`)

// clean takes the hosts of registries out of images. It fails where one is left.
func clean(text string) (string, error) {
	text = registry.ReplaceAllString(text, "example/$1")
	for _, host := range []string{"docker.io", "gcr.io", "quay.io", "ghcr.io", "registry.istio.io", "pkg.dev"} {
		if strings.Contains(text, host) {
			return "", fmt.Errorf("the registry host %s is left", host)
		}
	}
	return text, nil
}
