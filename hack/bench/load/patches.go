package load

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// specPatch writes the spec of an object; what it does not name stays.
func specPatch(o *unstructured.Unstructured) client.Patch {
	return mergePatch(fields{"spec": o.Object["spec"]})
}

// labelPatch writes labels; it takes away istio-injection if that is not among
// them, and no other.
func labelPatch(labels map[string]string) client.Patch {
	all := fields{injectionLabel: nil}
	for k, v := range labels {
		all[k] = v
	}
	return mergePatch(fields{"metadata": fields{"labels": all}})
}

// podVersion writes the label version of a Pod. Edited, the application's
// subset no longer has it.
func podVersion(edited bool) client.Patch {
	version := "v1"
	if edited {
		version = "v2"
	}
	return mergePatch(fields{"metadata": fields{"labels": fields{"version": version}}})
}

func mergePatch(patch fields) client.Patch {
	raw, err := json.Marshal(patch)
	if err != nil {
		panic(err) // of our own making
	}
	return client.RawPatch(types.MergePatchType, raw)
}
