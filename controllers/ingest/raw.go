package ingest

import (
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// statusKind is the kind in which an API server reports errors.
const statusKind = "Status"

// rawDecoder splits JSON into objects and leaves each to the row's Decode.
type rawDecoder struct{ row *kinds.Row }

// wire is as much of a response as is read before the row's turn.
type wire struct {
	Kind     string          `json:"kind"`
	Metadata wireMeta        `json:"metadata"`
	Items    json.RawMessage `json:"items"`
}

// wireMeta is the metadata of an object, of a bookmark or of a list.
type wireMeta struct {
	metav1.ListMeta

	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"`
	Annotations map[string]string `json:"annotations"`
}

// Decode implements runtime.Decoder. It ignores into.
func (d rawDecoder) Decode(
	data []byte, _ *schema.GroupVersionKind, _ runtime.Object,
) (runtime.Object, *schema.GroupVersionKind, error) {
	var w wire
	if err := json.Unmarshal(data, &w); err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", d.row.Kind, err)
	}
	gvk := &schema.GroupVersionKind{Group: d.row.Kind.Group(), Kind: w.Kind}
	o, err := d.decode(&w, data)
	if err != nil {
		return nil, gvk, fmt.Errorf("read %s: %w", d.row.Kind, err)
	}
	return o, gvk, nil
}

// decode takes for a list what is nothing else: a CRD is free to name its list.
func (d rawDecoder) decode(w *wire, data []byte) (runtime.Object, error) {
	switch w.Kind {
	case statusKind:
		status := &metav1.Status{}
		err := json.Unmarshal(data, status)
		return status, err
	case d.row.Kind.Short():
		return d.item(w, data), nil
	}
	return d.list(w)
}

func (d rawDecoder) item(w *wire, data []byte) *item {
	m := &metav1.ObjectMeta{
		Name: w.Metadata.Name, Namespace: w.Metadata.Namespace,
		ResourceVersion: w.Metadata.ResourceVersion, Annotations: w.Metadata.Annotations,
	}
	return newItem(d.row, m, func() *inventory.Object { return d.row.Decode(data) })
}

func (d rawDecoder) list(w *wire) (*itemList, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(w.Items, &items); err != nil {
		return nil, fmt.Errorf("items: %w", err)
	}
	out := &itemList{ListMeta: w.Metadata.ListMeta, Items: make([]runtime.Object, 0, len(items))}
	for _, raw := range items {
		var w wire
		if err := json.Unmarshal(raw, &w); err != nil {
			return nil, fmt.Errorf("items: %w", err)
		}
		out.Items = append(out.Items, d.item(&w, raw))
	}
	return out, nil
}
