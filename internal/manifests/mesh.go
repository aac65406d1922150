package manifests

import (
	"encoding/json"
	"os"

	meshconfig "istio.io/api/mesh/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests/yamljson"
)

// meshConfigMap is the name under which Istio keeps the mesh's configuration.
const meshConfigMap = "istio"

// AddMesh puts a bare MeshConfig and bare MeshNetworks (either may be "") in
// the place of those that the ConfigMap istio of the root namespace holds.
func (s *Set) AddMesh(root, config, networks string) {
	data := map[string]string{}
	var src source
	for key, file := range map[string]string{"mesh": config, "meshNetworks": networks} {
		if file == "" {
			continue
		}
		text, err := os.ReadFile(file) //nolint:gosec // the user names the file
		if err != nil {
			s.fail(file, 0, reason(err))
			continue
		}
		if key == "meshNetworks" {
			s.checkNetworks(file, text)
		}
		data[key] = string(text)
		if src.file == "" || key == "mesh" {
			src = source{file: file, doc: yamljson.Document{Bytes: text, Line: 1}}
		}
	}
	if len(data) == 0 {
		return
	}
	raw, err := json.Marshal(map[string]any{
		"metadata": map[string]string{"name": meshConfigMap, "namespace": root}, "data": s.meshData(root, data),
	})
	if err != nil {
		s.fail(src.file, 0, err.Error())
		return
	}
	o, err := kinds.Decode("v1", "ConfigMap", raw)
	if err != nil {
		s.fail(src.file, 0, err.Error())
		return
	}
	s.put(o, src)
}

// meshData keeps what a ConfigMap of the files holds beside the given keys.
func (s *Set) meshData(root string, data map[string]string) map[string]string {
	for _, o := range s.Objects {
		c := kinds.ConfigMaps.Of(o)
		if c == nil || o.Ref != kinds.ConfigMaps.Ref(root, meshConfigMap) {
			continue
		}
		for k, v := range c.Data {
			if _, ok := data[k]; !ok {
				data[k] = v
			}
		}
	}
	return data
}

// checkNetworks tells of MeshNetworks that cannot be read. No check reads them,
// so that nobody else would.
func (s *Set) checkNetworks(file string, text []byte) {
	raw, err := yamljson.ToJSON(text, nil)
	if err != nil {
		e := syntax(document{Document: yamljson.Document{Bytes: text, Line: 1}}, err)
		s.fail(file, e.Line, e.Message)
		return
	}
	if err := new(meshconfig.MeshNetworks).UnmarshalJSON(raw); err != nil && string(raw) != "null" {
		s.fail(file, 0, "no MeshNetworks: "+err.Error())
	}
}
