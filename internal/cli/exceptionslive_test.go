package cli

import (
	"bytes"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// Who may not read the exceptions of a cluster is told so, since findings count
// that somebody silenced; a cluster without the kind has none.
func TestExceptionsThatMayNotBeReadAreAGap(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	c.applyText(t, shop, route("cart", "cart", "kart"))
	c.applyText(t, shop, known("known", "cart", ""))
	live := c.kubeconfig(t, c.record(t).server)
	expect := func(when, says string, args ...string) {
		t.Helper()
		var out, errs bytes.Buffer
		args = append([]string{"analyze", "--kubeconfig", live, "--namespace", shop}, args...)
		Execute(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs})
		told := strings.Contains(errs.String(), "meshauditexceptions")
		if told != (says != "") || !strings.Contains(errs.String(), says) {
			t.Errorf("%s: want %q in\n%s", when, says, &errs)
		}
	}
	expect("with the right", "")
	c.deny(t, schema.GroupResource{Group: v1alpha1.GroupName, Resource: "meshauditexceptions"})
	expect("without", "error: meshauditexceptions.meshaudit.io in namespace "+shop+": ")
	c.RemoveCRDs(t, v1alpha1.GroupName)
	t.Cleanup(func() { c.InstallCRDs(t, v1alpha1.GroupName) })
	expect("without the kind", "")
}
