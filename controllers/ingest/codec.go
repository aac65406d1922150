package ingest

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// codec is the content negotiation of one row. Whatever it decodes is an
// *item, an *itemList or a *metav1.Status.
type codec struct {
	runtime.NegotiatedSerializer

	row *kinds.Row
}

func newCodec(row *kinds.Row) codec {
	return codec{NegotiatedSerializer: scheme.Codecs.WithoutConversion(), row: row}
}

// DecoderToVersion gives the decoder of responses and of watch events.
func (c codec) DecoderToVersion(d runtime.Decoder, gv runtime.GroupVersioner) runtime.Decoder {
	if c.row.New == nil {
		return rawDecoder{row: c.row}
	}
	version := schema.GroupVersion{Group: c.row.Kind.Group(), Version: c.row.Versions[0]}
	return &typedDecoder{
		inner: c.NegotiatedSerializer.DecoderToVersion(d, gv), row: c.row, apiVersion: version.String(),
	}
}

// SupportedMediaTypes are those of apimachinery, with our decoder of events.
func (c codec) SupportedMediaTypes() []runtime.SerializerInfo {
	types := slices.Clone(c.NegotiatedSerializer.SupportedMediaTypes())
	for i := range types {
		if t := &types[i]; t.MediaType == runtime.ContentTypeProtobuf {
			stream := *t.StreamSerializer
			stream.Serializer = events{stream.Serializer}
			t.StreamSerializer = &stream
		}
	}
	return types
}

// typedDecoder projects what it, or another decoder, makes of one response.
type typedDecoder struct {
	inner      runtime.Decoder
	row        *kinds.Row
	apiVersion string // of the row's type
	scratch    []byte // see [kinds.Row.DecodeProtobuf]
}

// Decode implements runtime.Decoder. It ignores into.
func (d *typedDecoder) Decode(
	data []byte, defaults *schema.GroupVersionKind, _ runtime.Object,
) (runtime.Object, *schema.GroupVersionKind, error) {
	if message := enveloped(d.apiVersion, d.row.Kind.Short(), data); message != nil {
		o, err := d.object(message)
		return o, &schema.GroupVersionKind{}, err
	}
	o, gvk, err := d.inner.Decode(data, defaults, nil)
	if err != nil {
		return nil, gvk, err //nolint:wrapcheck // callers look at its type
	}
	switch {
	case isStatus(o):
	case meta.IsListType(o):
		o, err = d.list(o)
	default:
		o, err = itemOf(d.row, o)
	}
	return o, gvk, err
}

// object projects an encoded object.
func (d *typedDecoder) object(message []byte) (o runtime.Object, err error) {
	if o, d.scratch, err = d.row.DecodeProtobuf(message, d.scratch); err != nil {
		return nil, fmt.Errorf("read %s: %w", d.row.Kind, err)
	}
	return itemOf(d.row, o)
}

// list projects the items from copies: a projection that keeps a pointer into
// its object must not keep the whole page in memory.
func (d *typedDecoder) list(o runtime.Object) (*itemList, error) {
	m, err := meta.ListAccessor(o)
	if err != nil {
		return nil, fmt.Errorf("read a list of %s: %w", d.row.Kind, err)
	}
	out := &itemList{Items: make([]runtime.Object, 0, meta.LenList(o))}
	out.ResourceVersion, out.Continue = m.GetResourceVersion(), m.GetContinue()
	err = meta.EachListItemWithAlloc(o, func(o runtime.Object) error {
		i, err := itemOf(d.row, o)
		out.Items = append(out.Items, i)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read a list of %s: %w", d.row.Kind, err)
	}
	return out, nil
}

func isStatus(o runtime.Object) bool {
	_, ok := o.(*metav1.Status)
	return ok
}
