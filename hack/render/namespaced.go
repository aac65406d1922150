package main

import (
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
		written, err := yaml.Marshal(o)
		if err != nil {
			return "", err
		}
		out.WriteString("---\n" + string(written))
	}
	return out.String(), nil
}
