package kinds

import (
	"slices"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// CRD is what checks see of a CustomResourceDefinition.
type CRD struct {
	Meta
	// Defines is the kind that it adds.
	Defines inventory.Kind
	Plural  string
	// Served are the versions that are served, Stored those in which objects
	// are or were stored (none in a file).
	Served, Stored []string
	// Established: the API server serves the kind. False in a file.
	Established bool
}

// CRDs is the kind CustomResourceDefinition. An installation brings them, so
// that their absence from files says nothing.
var CRDs = raw(Row{
	KindInfo: &inventory.KindInfo{Kind: "CustomResourceDefinition.apiextensions.k8s.io"},
	Plural:   "customresourcedefinitions", Versions: []string{"v1"}, Raw: true, OffInFiles: true,
}, decodeCRD)

type crdSpec struct {
	Group string `json:"group"`
	Names struct {
		Kind   string `json:"kind"`
		Plural string `json:"plural"`
	} `json:"names"`
	Versions []struct {
		Name   string `json:"name"`
		Served bool   `json:"served"`
	} `json:"versions"`
}

type crdStatus struct {
	StoredVersions []string    `json:"storedVersions"`
	Conditions     []condition `json:"conditions"`
}

// condition is what projections read of a condition.
type condition struct {
	Type   string `json:"type"`
	Status string `json:"status"`
}

func decodeCRD(e *envelope) (*CRD, error) {
	var spec crdSpec
	var status crdStatus
	if err := unmarshalPart(e.Spec, &spec); err != nil {
		return nil, err
	}
	if err := unmarshalPart(e.Status, &status); err != nil {
		return nil, err
	}
	out := &CRD{
		Meta: e.Metadata.meta(), Plural: spec.Names.Plural, Stored: status.StoredVersions,
		Defines:     inventory.Kind(spec.Names.Kind + "." + spec.Group),
		Established: slices.Contains(status.Conditions, condition{Type: "Established", Status: "True"}),
	}
	for _, v := range spec.Versions {
		if v.Served {
			out.Served = append(out.Served, v.Name)
		}
	}
	return out, nil
}
