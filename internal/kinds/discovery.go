package kinds

import (
	"slices"

	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// EndpointSlice is what checks see of an EndpointSlice: whether it brings its
// Service a ready endpoint. Addresses, annotations and generation, which move
// with every Pod, are left out.
type EndpointSlice struct {
	Meta
	// Service is the name of the Service that the slice belongs to.
	Service string
	// Empty: the slice has no endpoint at all.
	Empty bool
	// Ready: one endpoint at least is ready.
	Ready bool
}

var endpointSliceInfo = &inventory.KindInfo{Kind: "EndpointSlice.discovery.k8s.io", Namespaced: true}

var (
	// EndpointSlicesByService finds the slices of a Service by its name, in its
	// namespace.
	EndpointSlicesByService = index(endpointSliceInfo, "service", func(e *EndpointSlice) []inventory.Key {
		return []inventory.Key{{Scope: e.Namespace, Value: e.Service}}
	})
	// EndpointSlices is the kind EndpointSlice.
	EndpointSlices = core(Row{
		KindInfo: endpointSliceInfo, Plural: "endpointslices", Versions: []string{"v1"}, OffInFiles: true,
	}, projectEndpointSlice)
)

func projectEndpointSlice(e *discoveryv1.EndpointSlice) *EndpointSlice {
	out := &EndpointSlice{
		Meta: newMeta(&e.ObjectMeta), Service: e.Labels[discoveryv1.LabelServiceName],
		Empty: len(e.Endpoints) == 0, Ready: slices.ContainsFunc(e.Endpoints, ready),
	}
	out.Annotations, out.annotations, out.Generation = nil, nil, 0
	return out
}

// ready: as the API says, nil counts as true.
func ready(e discoveryv1.Endpoint) bool { return e.Conditions.Ready == nil || *e.Conditions.Ready }
