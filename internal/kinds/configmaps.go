package kinds

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// ConfigMap is what checks see of a ConfigMap.
type ConfigMap struct {
	Meta
	Data map[string]string
	// Mesh is the MeshConfig in the entry [MeshConfigKey], without defaults; nil
	// if there is no such entry. It is decoded once, and shared.
	Mesh *meshconfig.MeshConfig
	// Injector is the configuration of istiod's injector; nil if the ConfigMap
	// has none. Its entries are not in Data.
	Injector *InjectorConfig
	// CACertificates are those of the entry [RootCertificateKey], which is not
	// in Data.
	CACertificates []Certificate
}

// RootCertificateKey is the entry in which istiod publishes the root of the
// mesh's certificates (ConfigMap istio-ca-root-cert).
const RootCertificateKey = "root-cert.pem"

// MeshConfigKey is the entry that holds a MeshConfig.
const MeshConfigKey = "mesh"

// ConfigMaps is the kind ConfigMap. Only those of the mesh are watched. One
// whose MeshConfig or injector configuration does not decode has a fault at
// data.mesh, data.config or data.values, so that whoever reads it is not
// evaluated.
var ConfigMaps = raw(Row{
	KindInfo: &inventory.KindInfo{Kind: "ConfigMap", Namespaced: true, Equal: sameConfigMap},
	Plural:   "configmaps", Versions: []string{"v1"}, Raw: true, OffInFiles: true,
}, decodeConfigMap)

// sameConfigMap needs not compare the MeshConfig, which is decoded from what
// Data keeps.
func sameConfigMap(a, b any) bool {
	x, y := a.(*ConfigMap), b.(*ConfigMap)
	return x.equal(&y.Meta) && maps.Equal(x.Data, y.Data) &&
		reflect.DeepEqual(x.Injector, y.Injector) && reflect.DeepEqual(x.CACertificates, y.CACertificates)
}

func decodeConfigMap(e *envelope) (*ConfigMap, error) {
	out := &ConfigMap{Meta: e.Metadata.meta()}
	if err := unmarshalPart(e.Data, &out.Data); err != nil {
		return nil, err
	}
	if text, ok := out.Data[RootCertificateKey]; ok {
		out.CACertificates, _ = ParseCertificates([]byte(text))
		delete(out.Data, RootCertificateKey)
	}
	var err error
	if out.Injector, err = decodeInjector(out.Data); err != nil {
		return nil, err
	}
	if text, ok := out.Data[MeshConfigKey]; ok {
		out.Mesh, err = decodeMeshConfig(text)
	}
	return out, err
}

// decodeMeshConfig is as lenient as istiod: unknown fields are passed over. It
// is stricter about unknown values of an enumeration, as for all of Istio's
// kinds. The error names the field of the MeshConfig.
func decodeMeshConfig(text string) (*meshconfig.MeshConfig, error) {
	var tree any
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		return nil, err
	}
	if tree == nil {
		return &meshconfig.MeshConfig{}, nil
	}
	decoded, err := decodeTree(tree, func(raw []byte) (any, error) {
		out := &meshconfig.MeshConfig{}
		return out, unmarshalProto(raw, out)
	})
	if err != nil {
		return nil, err
	}
	return decoded.(*meshconfig.MeshConfig), nil
}

// decodeTree decodes what was read of YAML. The error names the field at fault.
func decodeTree(tree any, decode decoder) (any, error) {
	raw, err := json.Marshal(tree)
	if err != nil {
		return nil, err
	}
	out, err := decode(raw)
	if err == nil {
		return out, nil
	}
	if path, cause := findFault(tree, decode); len(path) > 0 {
		return nil, fmt.Errorf("%s: %s", path, clean(cause))
	}
	return nil, err
}
