package cli

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"mime"
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/scheme"
)

// frame is one event of a watch, as it travels: with its length before it, or
// as a JSON value.
type frame struct {
	raw  []byte
	info runtime.SerializerInfo
}

// stream cuts a watch into frames, each of which each may write, once, twice
// or not at all.
type stream struct {
	http.ResponseWriter

	rest []byte
	each func(f frame)
	over func() bool // nothing more is to come through
}

// framewise hands the events of a watch to a function that writes them.
func framewise(each func(x *exchange, f frame)) fault {
	return func(x *exchange) {
		x.request.Header.Set("Accept-Encoding", "identity") // a streamed list may be compressed
		x.pass(&stream{
			ResponseWriter: x.client, each: func(f frame) { each(x, f) },
			over: func() bool { return x.request.Context().Err() != nil },
		})
	}
}

func (s *stream) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *stream) Write(p []byte) (int, error) {
	info := serializer(s.Header())
	s.rest = append(s.rest, p...)
	for {
		n := complete(s.rest, info)
		switch {
		case s.over():
			return 0, http.ErrAbortHandler
		case n == 0:
			return len(p), nil
		}
		f := frame{raw: bytes.Clone(s.rest[:n]), info: info}
		s.rest = s.rest[n:]
		s.each(f)
	}
}

// complete is the length of the first frame, 0 if it has not come as a whole.
func complete(b []byte, info runtime.SerializerInfo) int {
	if !info.EncodesAsText {
		if len(b) < 4 || len(b)-4 < int(binary.BigEndian.Uint32(b)) {
			return 0
		}
		return 4 + int(binary.BigEndian.Uint32(b))
	}
	d := json.NewDecoder(bytes.NewReader(b))
	var value json.RawMessage
	if d.Decode(&value) != nil {
		return 0
	}
	return int(d.InputOffset())
}

func serializer(h http.Header) runtime.SerializerInfo {
	media, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), media)
	return info
}

// send writes a frame.
func (x *exchange) send(raw []byte) {
	_, _ = x.client.Write(raw)
	_ = http.NewResponseController(x.client).Flush()
}

// event is what the frame says.
func (f frame) event() (e metav1.WatchEvent) {
	raw := f.raw
	if !f.info.EncodesAsText {
		raw = raw[4:]
	}
	if _, _, err := f.info.StreamSerializer.Decode(raw, nil, &e); err != nil {
		panic(err)
	}
	return e
}

func (f frame) bookmark() bool { return f.event().Type == string(watch.Bookmark) }

// last tells of the bookmark after which a streamed list is complete.
func (f frame) last() bool {
	return f.bookmark() && strings.Contains(string(f.raw), metav1.InitialEventsAnnotationKey)
}

// saying is a frame like this one that says something else.
func (f frame) saying(e metav1.WatchEvent) []byte {
	var b bytes.Buffer
	if err := f.info.StreamSerializer.Encode(&e, &b); err != nil {
		panic(err)
	}
	if f.info.EncodesAsText {
		return b.Bytes()
	}
	return append(binary.BigEndian.AppendUint32(nil, uint32(b.Len())), b.Bytes()...)
}

// expired is a frame like this one that ends the watch: its resource version
// is too old.
func (f frame) expired() []byte {
	encoder := scheme.Codecs.EncoderForVersion(f.info.Serializer, schema.GroupVersion{Version: "v1"})
	raw, err := runtime.Encode(encoder, refusal(http.StatusGone, metav1.StatusReasonExpired))
	if err != nil {
		panic(err)
	}
	return f.saying(metav1.WatchEvent{Type: string(watch.Error), Object: runtime.RawExtension{Raw: raw}})
}
