package ingest

import (
	"bytes"
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"
)

// inProtobuf encodes an object as an API server does.
func inProtobuf(t *testing.T, o runtime.Object) []byte {
	t.Helper()
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeProtobuf)
	var out bytes.Buffer
	if err := scheme.Codecs.EncoderForVersion(info.Serializer, corev1.SchemeGroupVersion).Encode(o, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// streamSerializer is what decodes watch events.
func streamSerializer(t *testing.T, of runtime.NegotiatedSerializer) runtime.Serializer {
	t.Helper()
	info, ok := runtime.SerializerInfoForMediaType(of.SupportedMediaTypes(), runtime.ContentTypeProtobuf)
	if !ok {
		t.Fatal("no protobuf")
	}
	return info.StreamSerializer.Serializer
}

// Events, whole ones and parts, are read as apimachinery reads them, but that
// their objects are not copied.
func TestEventsAreReadInPlace(t *testing.T) {
	event := &metav1.WatchEvent{Type: string(watch.Modified)}
	event.Object.Raw = inProtobuf(t, &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "a"}})
	data, err := event.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	ours := streamSerializer(t, newCodec(rows(t, "Pod")[0]))
	theirs := streamSerializer(t, scheme.Codecs)
	for end := 1; end <= len(data); end++ {
		var want, got metav1.WatchEvent
		_, _, wrong := theirs.Decode(data[:end], nil, &want)
		_, _, err := ours.Decode(data[:end], nil, &got)
		if (err == nil) != (wrong == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("of %d bytes: %v, want %v (%v, %v)", end, got, want, err, wrong)
		}
		if raw := got.Object.Raw; err == nil && raw != nil && &raw[0] != &data[end-len(raw)] {
			t.Fatal("the object was copied")
		}
	}
}

func TestWhatIsInAnEnvelope(t *testing.T) {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	want, err := pod.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	data := inProtobuf(t, pod)
	if got := enveloped("v1", "Pod", data); !bytes.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for name, data := range map[string][]byte{
		"a Status": inProtobuf(t, &metav1.Status{Code: 410}), "another kind": inProtobuf(t, &corev1.Service{}),
		"a list": inProtobuf(t, &corev1.PodList{}), "JSON": []byte("{}"), "nothing": nil, "half a Pod": data[:len(data)-9],
	} {
		if got := enveloped("v1", "Pod", data); got != nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}
