package cli

import (
	"fmt"
	"testing"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// quiet proves that the operator has nothing to write any more: a change in a
// namespace of no other concern comes through, and nothing but its report and
// the cluster's was written, once each, there and back.
func (w *samples) quiet(t *testing.T, r *replica) {
	t.Helper()
	r.settle(t)
	before := w.state(t)
	for _, change := range []struct {
		make func()
		want []string
	}{
		{func() { w.applyText(t, w.marker, route("mark", "mark", "nobody")) }, []string{"routing/unknownhost mark"}},
		{func() { w.remove(t, "networking.istio.io/v1", "VirtualService", w.marker, "mark") }, nil},
	} {
		versions, past := w.versions(t), len(r.which(request.ours))
		change.make()
		w.waitForFindings(t, w.marker, change.want...)
		r.settle(t)
		for namespace, version := range w.versions(t) {
			if version != versions[namespace] && namespace != w.marker && namespace != "" {
				t.Errorf("the report of %q was written", namespace)
			}
		}
		if written := r.which(request.ours)[past:]; len(written) > 2 {
			t.Errorf("a change of one namespace wrote %v", written)
		}
	}
	envtesting.WaitFor(t, func() error {
		if err := w.state(t).differs(before); err != nil {
			return fmt.Errorf("after a change there and back: %w", err)
		}
		return nil
	})
}
