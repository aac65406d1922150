package load

import (
	"bytes"
	_ "embed"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

//go:embed installation.yaml
var installationText []byte

// installation makes what the installations of Istio and App Mesh bring.
func installation() []client.Object {
	var objects []client.Object
	for text := range bytes.SplitSeq(installationText, []byte("\n---\n")) {
		o := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(text, &o.Object); err != nil {
			panic(fmt.Sprintf("installation.yaml: %v", err)) // part of the program
		}
		objects = append(objects, o)
	}
	return objects
}

// Groups are the API groups whose CRDs must be installed before [Mesh.Fill].
func Groups() []string {
	return []string{
		"networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io",
		"gateway.networking.k8s.io", "appmesh.k8s.aws", "meshaudit.io",
	}
}

// ControlPlane has room for a mesh of any size: etcd's largest quota, and
// addresses for all Services. History is compacted every five minutes as usual:
// a list in pages that takes longer cannot be continued. Webhooks are off, since nobody
// answers those of the installation: checks read them, the API server does not.
func ControlPlane() envtesting.Options {
	return envtesting.Options{
		EtcdArgs: map[string][]string{"quota-backend-bytes": {"8589934592"}, "unsafe-no-fsync": {"true"}},
		APIServerArgs: map[string][]string{
			"service-cluster-ip-range": {"10.96.0.0/12"},
			"disable-admission-plugins": {
				"ServiceAccount", "MutatingAdmissionWebhook", "ValidatingAdmissionWebhook",
			},
		},
	}
}
