package manifests_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/manifests"
)

const exception = `apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditException
metadata: {name: known}
spec:
  checks: [a/b]
`

// TestExceptionsAreSetAside: they are neither objects nor skipped, and keep
// their place, in a list, too.
func TestExceptionsAreSetAside(t *testing.T) {
	list := "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(exception), "\n", "\n  ") + "\n"
	s := load(t, cart+"---\n"+exception+"---\n"+list+"---\n"+strings.ReplaceAll(exception, "Exception", "Policy"))
	var got []string
	for i := range s.Exceptions {
		e := &s.Exceptions[i]
		got = append(got, fmt.Sprintf("%d %d", e.Place("").Line, e.Place("spec.checks").Line))
	}
	if want := []string{"10 14", "19 23"}; !slices.Equal(got, want) || names(s) != "Service shop/cart" ||
		fmt.Sprint(s.Skipped) != "map[MeshAuditPolicy.meshaudit.io:1]" || len(s.Errors) > 0 {
		t.Errorf("exceptions at %q, want %q; objects %s, skipped %v, errors %q", got, want, names(s), s.Skipped, errorsOf(s))
	}
}

// TestItemsAreUndecoded: whatever they are.
func TestItemsAreUndecoded(t *testing.T) {
	items, failures := manifests.Items([]string{manifests.Stdin}, strings.NewReader(cart+"---\n"+exception+"---\nkind: [\n"))
	if len(items) != 2 || items[0].Kind != "Service" || items[1].APIVersion != "meshaudit.io/v1alpha1" ||
		!strings.Contains(string(items[1].JSON), `"checks":["a/b"]`) || len(failures) != 1 || failures[0].Line != 16 {
		t.Errorf("items %+v, failures %+v", items, failures)
	}
}
