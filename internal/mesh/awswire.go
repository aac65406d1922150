package mesh

import (
	"encoding/json"
	"strings"

	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// tree is an object of JSON.
type tree = map[string]any

// The fields of the specifications that the controller writes to AWS. Of a
// Mesh's, one has another name there.
var wireFields = map[string][]string{
	kinds.AWSTypeMesh:           {"egressFilter", "meshServiceDiscovery"},
	kinds.AWSTypeVirtualNode:    {"listeners", "serviceDiscovery", "backends", "backendDefaults", "logging"},
	kinds.AWSTypeVirtualService: {"provider"},
	kinds.AWSTypeVirtualRouter:  {"listeners"},
	kinds.AWSTypeRoute:          {"httpRoute", "http2Route", "grpcRoute", "tcpRoute", "priority"},
	kinds.AWSTypeVirtualGateway: {"listeners", "backendDefaults", "logging"},
	kinds.AWSTypeGatewayRoute:   {"httpRoute", "http2Route", "grpcRoute", "priority"},
}

// wireNames are AWS's names of fields that the API has under another name.
var wireNames = map[string]string{
	"certificateARN":           "certificateArn",
	"certificateAuthorityARNs": "certificateAuthorityArns",
	"meshServiceDiscovery":     "serviceDiscovery",
}

// awsRef is the name in AWS of what a field refers to.
type awsRef struct {
	name  string
	field string // of the reference
}

// wire converts the objects of one namespace. Lost tells that something to which
// they refer is not there: then the controller writes nothing.
type wire struct {
	inventory.Reader
	namespace string
	lost      bool
}

// wireOf is the specification in AWS for which a part of the API stands: the
// specification of an object, or one route of a router. It is false if a
// reference leads nowhere. Numbers are [json.Number], references [awsRef].
func wireOf(r inventory.Reader, typ, namespace string, spec any) (tree, bool) {
	whole, err := json.Marshal(spec)
	if err != nil {
		return nil, false
	}
	from, out := parseTree(string(whole)), tree{}
	w := &wire{Reader: r, namespace: namespace}
	for _, field := range wireFields[typ] {
		if v, ok := from[field]; ok {
			out[wireName(field)] = w.node(field, v)
		}
	}
	return out, !w.lost
}

func wireName(field string) string {
	if name, ok := wireNames[field]; ok {
		return name
	}
	return field
}

func parseTree(text string) tree {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var out tree
	if d.Decode(&out) != nil {
		return nil
	}
	return out
}

// node converts the value of a field.
func (w *wire) node(field string, v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = w.node(field, v[i])
		}
		return out
	case map[string]any:
		return w.object(field, v)
	}
	return v
}

func (w *wire) object(in string, v tree) tree {
	out := tree{}
	for field, value := range v {
		if !strings.HasPrefix(field, "virtual") || !strings.HasSuffix(field, "Ref") && !strings.HasSuffix(field, "ARN") {
			out[wireName(field)] = w.node(field, value)
		}
	}
	for _, kind := range []string{"virtualService", "virtualRouter", "virtualNode"} {
		if ref, ok := w.reference(kind, v); ok {
			out[referenceName(in, kind)] = ref
		}
	}
	return out
}

// referenceName is the field in AWS that holds the name of a kind of object.
func referenceName(in, kind string) string {
	if in == "weightedTargets" {
		return kind
	}
	return kind + "Name"
}

// reference finds the name in AWS of the object to which v refers, if it refers
// to one of the kind.
func (w *wire) reference(kind string, v tree) (awsRef, bool) {
	if arn, ok := v[kind+"ARN"].(string); ok && arn != "" {
		return awsRef{name: arn[strings.LastIndexByte(arn, '/')+1:], field: kind + "ARN"}, true
	}
	ref, ok := v[kind+"Ref"].(tree)
	if !ok {
		return awsRef{}, false
	}
	to := appmesh.Reference{}
	to.Name, _ = ref["name"].(string)
	to.Namespace, _ = ref["namespace"].(string)
	name, found := w.lookUp(kind, &to)
	w.lost = w.lost || !found
	return awsRef{name: name, field: kind + "Ref"}, true
}

func (w *wire) lookUp(kind string, to *appmesh.Reference) (string, bool) {
	switch kind {
	case "virtualService":
		return awsNameOf(w, kinds.AppMeshVirtualServices, to, w.namespace)
	case "virtualRouter":
		return awsNameOf(w, kinds.AppMeshVirtualRouters, to, w.namespace)
	}
	return awsNameOf(w, kinds.AppMeshVirtualNodes, to, w.namespace)
}

func awsNameOf[S any](r inventory.Reader, k kinds.Kind[kinds.AppMesh[S]], to *appmesh.Reference, referrer string,
) (string, bool) {
	ref := appMeshRef(k.Name, to, referrer)
	o := k.Get(r, ref.Namespace, ref.Name)
	if o == nil {
		return "", false
	}
	return o.AWSName, true
}
