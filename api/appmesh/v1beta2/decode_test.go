package v1beta2_test

import (
	"bytes"
	"os"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
)

// documents reads a YAML file of many documents.
func documents(t *testing.T, path string) [][]byte {
	t.Helper()
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Split(all, []byte("\n---\n"))
}

// Every field of the file is known to the types under its name, and nothing is
// lost.
func TestTypesKnowEveryField(t *testing.T) {
	scheme := runtime.NewScheme()
	if err := v1beta2.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	strict := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	kinds := map[string]bool{}
	for _, text := range documents(t, "testdata/all.yaml") {
		o, gvk, err := strict.Decode(text, nil, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		kinds[gvk.Kind] = true
		roundTrip(t, gvk.Kind, text, o)
	}
	if len(kinds) != 7 {
		t.Errorf("the file has %d kinds, want all 7", len(kinds))
	}
}

// roundTrip checks that an object says the same as the text that it was read
// from.
func roundTrip(t *testing.T, kind string, text []byte, o runtime.Object) {
	t.Helper()
	back, err := yaml.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := canonical(t, back), canonical(t, text); got != want {
		t.Errorf("%s changed\n got: %s\nwant: %s", kind, got, want)
	}
}

// canonical is YAML or JSON as JSON with sorted keys.
func canonical(t *testing.T, text []byte) string {
	t.Helper()
	j, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(j)
}
