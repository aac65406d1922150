package kinds

import (
	"encoding/json"
	"fmt"
	"maps"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"sigs.k8s.io/yaml"

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
	return x.Meta.equal(&y.Meta) && maps.Equal(x.Data, y.Data)
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
	out := &meshconfig.MeshConfig{}
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err != nil || absent(raw) {
		return out, err
	}
	if err := unmarshalProto(raw, out); err != nil {
		return nil, meshFault(raw, err)
	}
	return out, nil
}

func meshFault(raw []byte, err error) error {
	var tree any
	if json.Unmarshal(raw, &tree) != nil {
		return err
	}
	path, cause := findFault(tree, func(raw []byte) (any, error) {
		return nil, unmarshalProto(raw, &meshconfig.MeshConfig{})
	})
	if len(path) == 0 {
		return err
	}
	return fmt.Errorf("%s: %s", path, clean(cause))
}
