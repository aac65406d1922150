package policy

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

func (c *compiler) mesh(p v1alpha1.Mesh) *kinds.MeshConfiguration {
	s := kinds.DefaultMesh()
	s.RemoteClusters = c.remoteClusters(p.RemoteClusters)
	s.ConfigMaps = keep(c, "spec.mesh.configMaps", p.ConfigMaps, func(name string) error {
		_, err := parseName(name)
		return err
	})
	slices.Sort(s.ConfigMaps)
	s.ConfigMaps = slices.Compact(s.ConfigMaps)
	if p.RootNamespace == "" {
		return s
	}
	if problems := validation.IsDNS1123Label(p.RootNamespace); len(problems) > 0 {
		c.reject("spec.mesh.rootNamespace", "%q is no namespace: %s", p.RootNamespace, strings.Join(problems, "; "))
		return s
	}
	s.RootNamespace, s.RootGiven = p.RootNamespace, true
	return s
}

func (c *compiler) remoteClusters(p v1alpha1.RemoteClusters) *bool {
	switch p {
	case "", v1alpha1.RemoteClustersAuto:
		return nil
	case v1alpha1.RemoteClustersTrue, v1alpha1.RemoteClustersFalse:
		there := p == v1alpha1.RemoteClustersTrue
		return &there
	}
	c.reject("spec.mesh.remoteClusters", "%q is none of true, auto and false", p)
	return nil
}

// parseName reads namespace/name.
func parseName(text string) (types.NamespacedName, error) {
	namespace, name, _ := strings.Cut(text, "/")
	if len(validation.IsDNS1123Label(namespace)) > 0 || len(validation.IsDNS1123Subdomain(name)) > 0 {
		return types.NamespacedName{}, fmt.Errorf("%q is not namespace/name", text)
	}
	return types.NamespacedName{Namespace: namespace, Name: name}, nil
}

// configMaps are those that must be watched for the settings: the root of the
// mesh's certificates, which bears no label, and what the policy names.
func configMaps(s *kinds.MeshConfiguration) []types.NamespacedName {
	out := []types.NamespacedName{{Namespace: s.RootNamespace, Name: kinds.RootCertificateName}}
	for _, text := range s.ConfigMaps {
		if name, err := parseName(text); err == nil && name != out[0] {
			out = append(out, name)
		}
	}
	return out
}
