package analyzers_test

import (
	"os"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/manifests/yamljson"
)

// settings are what checks read of the MeshAuditPolicy in a file, compiled as a
// user's is; none if it has no policy, so that the defaults hold.
func settings(tb testing.TB, file string) []*inventory.Object {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var out []*inventory.Object
	for _, doc := range yamljson.Split(data) {
		var head metav1.TypeMeta
		if err := yaml.Unmarshal(doc.Bytes, &head); err != nil || head.Kind != "MeshAuditPolicy" {
			continue // what is no YAML fails when it is loaded
		}
		p := &v1alpha1.MeshAuditPolicy{}
		if err := yaml.UnmarshalStrict(doc.Bytes, p); err != nil {
			tb.Errorf("%s: %v", file, err)
		}
		s, verdict := policy.Compile(p, analyzers.All)
		if len(verdict.Rejected)+len(verdict.Unmatched) > 0 || out != nil {
			tb.Errorf("%s: want one policy that is valid, got %+v", file, verdict)
		}
		out = s.Objects()
	}
	return out
}
