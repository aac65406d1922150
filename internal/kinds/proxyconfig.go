package kinds

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
	meshconfig "istio.io/api/mesh/v1alpha1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// ParseProxyConfig reads the YAML of the annotation proxy.istio.io/config,
// without defaults. As in istiod, unknown fields are passed over. The error
// names the field at fault.
func ParseProxyConfig(text string) (*meshconfig.ProxyConfig, error) {
	var tree any
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		return nil, fmt.Errorf("no YAML: %s", clean(err))
	}
	if tree == nil {
		return &meshconfig.ProxyConfig{}, nil
	}
	decoded, err := decodeTree(tree, func(raw []byte) (any, error) {
		out := &meshconfig.ProxyConfig{}
		return out, unmarshalProto(raw, out)
	})
	if err != nil {
		return nil, err
	}
	return decoded.(*meshconfig.ProxyConfig), nil
}

// OverlayProxyConfig lays one configuration over another: fields that are given
// replace those below, and proxyMetadata is merged by its keys. The result
// shares what it got, so that it is only to be read.
func OverlayProxyConfig(below, over *meshconfig.ProxyConfig) {
	dst := below.ProtoReflect()
	over.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if !f.IsMap() {
			dst.Set(f, v)
			return true
		}
		entries := dst.Mutable(f).Map()
		v.Map().Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
			entries.Set(k, v)
			return true
		})
		return true
	})
}
