package cloud

import (
	"encoding/json"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// entry is one entry of a list, of any type.
type entry struct {
	ARN       string  `json:"arn"`
	MeshName  string  `json:"meshName"`
	MeshOwner string  `json:"meshOwner"`
	Version   *int64  `json:"version"`
	CreatedAt seconds `json:"createdAt"`

	VirtualNodeName    string `json:"virtualNodeName"`
	VirtualServiceName string `json:"virtualServiceName"`
	VirtualRouterName  string `json:"virtualRouterName"`
	RouteName          string `json:"routeName"`
	VirtualGatewayName string `json:"virtualGatewayName"`
	GatewayRouteName   string `json:"gatewayRouteName"`
}

// shape is what differs between the types: the key of a list, and where the
// names of a resource and of what it is part of stand.
type shape struct {
	key    string
	name   func(*entry) string
	parent func(*entry) string
}

var shapes = map[string]shape{
	kinds.AWSTypeMesh:           {"meshes", func(e *entry) string { return e.MeshName }, none},
	kinds.AWSTypeVirtualNode:    {"virtualNodes", func(e *entry) string { return e.VirtualNodeName }, none},
	kinds.AWSTypeVirtualService: {"virtualServices", func(e *entry) string { return e.VirtualServiceName }, none},
	kinds.AWSTypeVirtualRouter:  {"virtualRouters", func(e *entry) string { return e.VirtualRouterName }, none},
	kinds.AWSTypeRoute: {
		"routes", func(e *entry) string { return e.RouteName }, func(e *entry) string { return e.VirtualRouterName },
	},
	kinds.AWSTypeVirtualGateway: {"virtualGateways", func(e *entry) string { return e.VirtualGatewayName }, none},
	kinds.AWSTypeGatewayRoute: {
		"gatewayRoutes", func(e *entry) string { return e.GatewayRouteName },
		func(e *entry) string { return e.VirtualGatewayName },
	},
}

func none(*entry) string { return "" }

// page is one page of a list.
type page struct {
	items []item
	next  string
}

// decodePage reads the body of an answer that is a page of a list.
func decodePage(body []byte, kind string, parent *item) (page, error) {
	var fields map[string]json.RawMessage
	var entries []entry
	var next *string
	s := shapes[kind]
	err := strictly(body, &fields)
	if raw, ok := fields[s.key]; err == nil && ok {
		err = json.Unmarshal(raw, &entries)
	}
	if raw, ok := fields["nextToken"]; err == nil && ok {
		err = json.Unmarshal(raw, &next)
	}
	if err != nil || entries == nil {
		return page{}, malformed("A list of %s cannot be read: it is not what App Mesh promises", s.key)
	}
	p := page{items: make([]item, 0, len(entries))}
	if next != nil {
		p.next = *next
	}
	for i := range entries {
		it, err := entries[i].item(kind, parent)
		if err != nil {
			return page{}, err
		}
		p.items = append(p.items, it)
	}
	return p, nil
}

func (e *entry) item(kind string, parent *item) (item, error) {
	s := shapes[kind]
	it := item{
		kind: kind, arn: e.ARN, mesh: e.MeshName, meshOwner: e.MeshOwner, parent: s.parent(e), name: s.name(e),
		created: e.CreatedAt.time(),
	}
	if it.arn == "" || it.mesh == "" || it.meshOwner == "" || it.name == "" || e.Version == nil {
		return item{}, malformed("A list of %s has an entry without ARN, name, owner or version", s.key)
	}
	it.version = *e.Version
	if parent == nil {
		return it, nil
	}
	within := ""
	if parent.kind != kinds.AWSTypeMesh {
		within = parent.name
	}
	if it.mesh != parent.mesh || it.meshOwner != parent.meshOwner || it.parent != within {
		return item{}, malformed("A list of %s of %s has an entry of something else: %s", s.key, parent.arn, it.arn)
	}
	return it, nil
}
