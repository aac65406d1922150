package policy_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/findings"
)

var exceptionSeeds = []string{
	`{checks: [routing/*, no/such], reason: known, owner: team-a}`,
	`{checks: ["*"], reason: known}`,
	`{checks: ["*", a/b], reason: known, expiresAt: "2030-01-01T00:00:00Z"}`,
	`{checks: [A B, a/b], reason: known, subjects: [{}, {kind: Pod}, {name: "a*b"}, {name: a/b}]}`,
	`{checks: [a/b], reason: known, subjects: [{kind: pod}, {labelSelector: {matchLabels: {a: b}}}]}`,
	`{checks: [a/b], reason: x, subjects: [{labelSelector: {matchExpressions: [{key: a, operator: Near}]}}]}`,
	`{checks: [], subjects: []}`,
	`{expiresAt: "0001-01-01T00:00:00Z", checks: ["**"], reason: "\t"}`,
}

// FuzzCompileException compiles any spec. Every rejection has a reason; without
// what is rejected, an exception that is in force stays the same; and it never
// silences what its words, read one by one, do not.
func FuzzCompileException(f *testing.F) {
	for _, spec := range exceptionSeeds {
		raw, err := yaml.YAMLToJSON([]byte(spec))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, "VirtualService", "cart", "a")
	}
	f.Fuzz(func(t *testing.T, raw []byte, kind, name, label string) {
		e := &v1alpha1.MeshAuditException{}
		if json.Unmarshal(raw, &e.Spec) != nil {
			return
		}
		compiled, v := policy.CompileException(e, checks)
		for _, r := range v.Rejected {
			if r.Field == "" || r.Message == "" {
				t.Errorf("%s is rejected: %q", r.Field, r.Message)
			}
		}
		if len(compiled.Checks) == 0 {
			if len(v.Rejected) == 0 {
				t.Errorf("%s silences nothing, and nobody knows why", raw)
			}
			return
		}
		expectNoMore(t, e, &compiled, kind, name, label)
		expectSameWithout(t, e, &compiled, v.Rejected)
	})
}

// expectNoMore compares with the words of the spec.
func expectNoMore(t *testing.T, e *v1alpha1.MeshAuditException, c *findings.Exception, kind, name, label string) {
	t.Helper()
	object := map[string]string{label: "b"}
	for _, pattern := range c.Checks {
		if !slices.Contains(e.Spec.Checks, pattern) {
			t.Errorf("silences %q, which %+v does not say", pattern, e.Spec)
		}
	}
	if (len(c.Subjects) == 0) != (e.Spec.Subjects == nil) {
		t.Errorf("%d subjects of %+v", len(c.Subjects), e.Spec.Subjects)
	}
	for _, s := range c.Subjects {
		chosen := (s.Kind == "" || s.Kind == kind) && (s.Name == "" || findings.Match(s.Name, name)) &&
			(s.Selects == nil || s.Selects(object))
		if chosen && !slices.ContainsFunc(e.Spec.Subjects, func(s v1alpha1.ExceptionSubject) bool {
			return says(&s, kind, name, object)
		}) {
			t.Errorf("%+v chooses %s %s %v", e.Spec.Subjects, kind, name, object)
		}
	}
	if e.Spec.ExpiresAt == nil && !c.Expires.IsZero() || e.Spec.ExpiresAt != nil && c.Expires.IsZero() {
		t.Errorf("expires %s, want %s", c.Expires, e.Spec.ExpiresAt)
	}
}

// says reads a subject naively.
func says(s *v1alpha1.ExceptionSubject, kind, name string, object map[string]string) bool {
	if s.Kind == "" && s.Name == "" && s.LabelSelector == nil {
		return false
	}
	if s.LabelSelector != nil {
		selector, err := metav1.LabelSelectorAsSelector(s.LabelSelector)
		if err != nil || !selector.Matches(labels.Set(object)) {
			return false
		}
	}
	return (s.Kind == "" || s.Kind == kind) && (s.Name == "" || findings.Match(s.Name, name))
}

// expectSameWithout takes out what is rejected.
func expectSameWithout(
	t *testing.T, e *v1alpha1.MeshAuditException, c *findings.Exception, rejected []v1alpha1.Rejection,
) {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"spec": e.Spec})
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	for _, r := range slices.Backward(inOrder(rejected)) {
		if !remove(tree, r.Field) {
			t.Errorf("%s is rejected and not in %s", r.Field, raw)
		}
	}
	rest, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	again := &v1alpha1.MeshAuditException{}
	if err := json.Unmarshal(rest, again); err != nil {
		t.Fatal(err)
	}
	if again.Spec.ExpiresAt == nil {
		again.Spec.ExpiresAt = e.Spec.ExpiresAt // the zero time is null in JSON
	}
	o, v := policy.CompileException(again, checks)
	if len(v.Rejected) > 0 || !slices.Equal(o.Checks, c.Checks) || len(o.Subjects) != len(c.Subjects) {
		t.Errorf("of %s: %+v with %+v, before %+v", rest, o, v, c)
	}
	for i := range min(len(o.Subjects), len(c.Subjects)) {
		a, b := o.Subjects[i], c.Subjects[i]
		a.Selects, b.Selects = nil, nil
		if !reflect.DeepEqual(a, b) {
			t.Errorf("subject %+v, before %+v", a, b)
		}
	}
}
