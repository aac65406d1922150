package kinds

import (
	"math/rand"
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	metafuzzer "k8s.io/apimachinery/pkg/apis/meta/fuzzer"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/randfill"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

type message interface {
	runtime.Object
	Marshal() ([]byte, error)
	Unmarshal(message []byte) error
}

// decodeBoth decodes an object in whole, and without what is omitted.
func decodeBoth(tb testing.TB, row *Row, o runtime.Object) (whole message, cut runtime.Object) {
	tb.Helper()
	raw, err := o.(message).Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	whole = row.New().(message)
	if err := whole.Unmarshal(raw); err != nil {
		tb.Fatal(err)
	}
	cut, _, err = row.DecodeProtobuf(raw, []byte("of another object"))
	if err != nil {
		tb.Fatal(err)
	}
	return whole, cut
}

// Nothing is omitted that a projection reads, whatever the object.
func TestWhatIsOmittedIsNotRead(t *testing.T) {
	fill := fuzzer.FuzzerFor(metafuzzer.Funcs, rand.NewSource(1), scheme.Codecs)
	fill.NumElements(0, 3).Funcs(func(c *corev1.Container, more randfill.Continue) {
		more.FillNoCustom(c)
		names := []string{"app", "istio-proxy", "envoy", "proxyinit", "discovery"}
		c.Name = names[more.Intn(len(names))]
		if len(c.Env) > 0 && more.Intn(3) == 0 {
			c.Env[0].Name = "APPMESH_VIRTUAL_NODE_NAME"
		}
	})
	for _, row := range Rows() {
		if row.New == nil {
			continue
		}
		for range 300 {
			o := row.New()
			fill.Fill(o)
			whole, cut := decodeBoth(t, row, o)
			if want, got := row.Project(whole), row.Project(cut); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: read as\n%+v\nand in whole as\n%+v", row.Kind, got, want)
			}
		}
	}
}

func TestWhatNobodyReadsIsOmitted(t *testing.T) {
	noted := metav1.ObjectMeta{Name: "a", ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "m"}}}
	env := []corev1.EnvVar{{Name: "A", Value: "b"}}
	_, o := decodeBoth(t, rowOf(t, "Pod"), &corev1.Pod{
		ObjectMeta: noted,
		Spec: corev1.PodSpec{
			Containers:  []corev1.Container{{Name: "app", Env: env}, {Name: "istio-proxy", Env: env}},
			Tolerations: []corev1.Toleration{{Key: "k"}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{Name: "app"}}},
	})
	want := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "a"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "app"}, {Name: "istio-proxy", Env: env}}},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
	if !reflect.DeepEqual(o, want) {
		t.Errorf("%+v", o)
	}
	_, o = decodeBoth(t, rowOf(t, "Namespace"), &corev1.Namespace{ObjectMeta: noted})
	if len(o.(*corev1.Namespace).ManagedFields) == 0 {
		t.Error("nobody knows who manages a Namespace's labels")
	}
}

func TestABrokenMessageIsAnError(t *testing.T) {
	row := rowOf(t, "Pod")
	for _, text := range []string{"\x0a\x7f", "\x0a\x02\x8a\xff", "\xff\xff\xff"} {
		if o, _, err := row.DecodeProtobuf([]byte(text), nil); err == nil {
			t.Errorf("%q is %+v", text, o)
		}
	}
}

func BenchmarkDecodePod(b *testing.B) {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "ns"}}
	for range 3 {
		c := corev1.Container{Name: "app", Image: "image", VolumeMounts: make([]corev1.VolumeMount, 3)}
		for range 30 {
			c.Env = append(c.Env, corev1.EnvVar{Name: "A_NAME_OF_USUAL_LENGTH", Value: "a value that says something"})
		}
		pod.Spec.Containers = append(pod.Spec.Containers, c)
	}
	raw, err := pod.Marshal()
	if err != nil {
		b.Fatal(err)
	}
	row := rowOf(b, "Pod")
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			_ = row.New().(message).Unmarshal(raw)
		}
	})
	b.Run("without what nobody reads", func(b *testing.B) {
		var scratch []byte
		for b.Loop() {
			_, scratch, _ = row.DecodeProtobuf(raw, scratch)
		}
	})
}

func rowOf(tb testing.TB, kind inventory.Kind) *Row {
	tb.Helper()
	row, ok := Lookup(kind)
	if !ok {
		tb.Fatalf("no row of %s", kind)
	}
	return row
}
