package v1alpha1_test

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

const exceptionHead = "apiVersion: meshaudit.io/v1alpha1\nkind: MeshAuditException\n" +
	"metadata: {name: known, namespace: default}\nspec:\n"

func exception(t *testing.T, spec string) *unstructured.Unstructured {
	t.Helper()
	return object(t, exceptionHead+"  "+spec)
}

func TestGoodExceptionsAreAccepted(t *testing.T) {
	for _, spec := range []string{
		"{checks: [routing/unknownhost], reason: known}",
		"{checks: ['routing/*', '*/missing*', '*a*'], reason: a, owner: team-a}",
		`{checks: ["*"], reason: known, expiresAt: "2030-01-01T00:00:00Z"}`,
		`{checks: ["*/*", "**"], reason: known, expiresAt: "2030-01-01T00:00:00+02:00"}`,
		"{checks: [a/b], reason: known, subjects: [{kind: Deployment}]}",
		"{checks: [a/b], reason: known, subjects: [{name: 'cart-*'}, {name: system:a_b.c}, {labelSelector: {}}]}",
		"{checks: [a/b], reason: known, subjects: [{kind: Pod, labelSelector: {matchExpressions: [{key: a, operator: Exists}]}}]}",
	} {
		t.Run(spec, func(t *testing.T) {
			if err := create(t, exception(t, spec)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBadExceptionsAreRefused(t *testing.T) {
	for spec, want := range map[string]string{
		"{checks: [a/b]}":                                                       "spec.reason: Required value",
		"{checks: [a/b], reason: ''}":                                           "spec.reason in body should be at least 1 chars long",
		"{checks: [a/b], reason: '  '}":                                         "spec.reason in body should match",
		"{reason: known}":                                                       "spec.checks: Required value",
		"{checks: [], reason: known}":                                           "spec.checks in body should have at least 1 items",
		"{checks: [a/b, a/b], reason: known}":                                   "Duplicate value",
		"{checks: [A B], reason: known}":                                        "spec.checks[0] in body should match",
		"{checks: ['*'], reason: known}":                                        "an exception for every check needs expiresAt",
		"{checks: [a/b, '*/*'], reason: known}":                                 "an exception for every check needs expiresAt",
		"{checks: ['**'], reason: known}":                                       "an exception for every check needs expiresAt",
		"{checks: [a/b], reason: known, expiresAt: tomorrow}":                   "must be of type date-time",
		"{checks: [a/b], reason: known, subjects: []}":                          "spec.subjects in body should have at least 1 items",
		"{checks: [a/b], reason: known, subjects: [{}]}":                        "should have at least 1 properties",
		"{checks: [a/b], reason: known, subjects: [{kind: deployments}]}":       "spec.subjects[0].kind in body should match",
		"{checks: [a/b], reason: known, subjects: [{kind: Deployment.apps}]}":   "spec.subjects[0].kind in body should match",
		"{checks: [a/b], reason: known, subjects: [{name: shop/cart}]}":         "spec.subjects[0].name in body should match",
		"{checks: [a/b], reason: known, subjects: [{namespace: shop}]}":         `unknown field "spec.subjects[0].namespace"`,
		"{checks: [a/b], reason: known, expires: \"2030-01-01T00:00:00Z\"}":     `unknown field "spec.expires"`,
		"{checks: [a/b], reason: known, reason2: x}":                            `unknown field "spec.reason2"`,
		fmt.Sprintf("{checks: [a/b], reason: %s}", strings.Repeat("x", 1025)):   "may not be more than 1024",
		fmt.Sprintf("{checks: [%s], reason: x}", strings.Repeat("x", 129)):      "may not be more than 128",
		fmt.Sprintf("{checks: [%s], reason: x}", many("c", 65)):                 "must have at most 64 items",
		fmt.Sprintf("{checks: [a/b], reason: x, subjects: [%s]}", subjects(65)): "must have at most 64 items",
	} {
		if err := create(t, exception(t, spec)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got: %v\nwant: %s", spec, err, want)
		}
	}
}

func many(prefix string, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint(prefix, i)
	}
	return strings.Join(list, ", ")
}

func subjects(n int) string {
	return "{name: " + strings.ReplaceAll(many("s", n), ", ", "}, {name: ") + "}"
}

// A status is written apart from the spec, and holds zeros.
func TestTheStatusOfAnExceptionHoldsZeros(t *testing.T) {
	if err := create(t, exception(t, "{checks: [a/b], reason: known}")); err != nil {
		t.Fatal(err)
	}
	var e v1alpha1.MeshAuditException
	key := client.ObjectKey{Namespace: "default", Name: "known"}
	if err := api.Get(t.Context(), key, &e); err != nil {
		t.Fatal(err)
	}
	e.Spec.Reason = "another"
	e.Status = v1alpha1.MeshAuditExceptionStatus{State: v1alpha1.ExceptionUnused, ObservedGeneration: e.Generation}
	if err := api.Status().Update(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	raw := exception(t, "{}")
	if err := api.Get(t.Context(), key, raw); err != nil {
		t.Fatal(err)
	}
	status, _, _ := unstructured.NestedMap(raw.Object, "status")
	reason, _, _ := unstructured.NestedString(raw.Object, "spec", "reason")
	if status["matched"] != int64(0) || status["refused"] != int64(0) || status["state"] != "Unused" || reason != "known" {
		t.Errorf("status %v, reason %q", status, reason)
	}
	e.Status.State = "Asleep"
	if err := api.Status().Update(t.Context(), &e); err == nil || !strings.Contains(err.Error(), `supported values: "Active"`) {
		t.Errorf("a state of another name: %v", err)
	}
}
