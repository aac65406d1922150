package kinds

import (
	"encoding/json"
	"fmt"
	"maps"

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
}

// MeshConfigKey is the entry that holds a MeshConfig.
const MeshConfigKey = "mesh"

// ConfigMaps is the kind ConfigMap. Only those of the mesh are watched. One
// whose MeshConfig does not decode has a fault at data.mesh, so that whoever
// reads it is not evaluated.
var ConfigMaps = raw(Row{
	KindInfo: &inventory.KindInfo{Kind: "ConfigMap", Namespaced: true, Equal: sameConfigMap},
	Plural:   "configmaps", Versions: []string{"v1"}, Raw: true, OffInFiles: true,
}, decodeConfigMap)

// sameConfigMap needs not compare what is decoded from the data.
func sameConfigMap(a, b any) bool {
	x, y := a.(*ConfigMap), b.(*ConfigMap)
	return x.equal(&y.Meta) && maps.Equal(x.Data, y.Data)
}

func decodeConfigMap(e *envelope) (*ConfigMap, error) {
	out := &ConfigMap{Meta: e.Metadata.meta()}
	if err := unmarshalPart(e.Data, &out.Data); err != nil {
		return nil, err
	}
	text, ok := out.Data[MeshConfigKey]
	if !ok {
		return out, nil
	}
	var err error
	out.Mesh, err = decodeMeshConfig(text)
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
