package cli

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// A namespace ends as the controller of namespaces ends it: it is marked, its
// objects go in any order, its report first, then it goes itself. The operator
// tries to make the report again before it hears of the mark, and is refused;
// nothing else is written to the namespace, and the other reports follow.
func TestANamespaceEndsUnderAudit(t *testing.T) {
	const gone = "sample-mtls"
	w := newSamples(t)
	r := w.operate(t)
	r.settle(t)
	was, past := w.state(t), len(r.which(request.ours))
	slow := late{make(chan struct{}), "/namespaces"}
	r.through(slow.layer)
	r.cut()
	ns := &corev1.Namespace{}
	ns.Name = gone
	for _, o := range []client.Object{ns, w.raw(t, gone)} {
		if err := w.Client.Delete(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	envtesting.WaitFor(t, func() error {
		if tried := r.which(request.refused); len(tried) == 0 {
			return errors.New("the report was not made again")
		}
		return nil
	})
	close(slow.open)
	w.empty(t, gone)
	envtesting.WaitFor(t, func() error {
		if w.state(t)[""] == was[""] {
			return errors.New("the cluster's report still counts what is gone")
		}
		return nil
	})
	w.endNamespace(t, gone)
	w.quiet(t, r)
	for _, q := range r.which(request.ours)[past:] {
		if q.code < http.StatusBadRequest && strings.Contains(q.path, "/"+gone+"/") {
			t.Errorf("written to a namespace that ends: %s", q)
		}
	}
	r.stop()
	is := w.state(t)
	if err := is.differs(w.fresh(t)); err != nil {
		t.Error(err)
	}
}

// empty deletes the samples of a namespace.
func (w *samples) empty(t *testing.T, namespace string) {
	t.Helper()
	for _, o := range w.objects {
		if o.GetNamespace() == namespace {
			if err := w.Client.Delete(t.Context(), o.DeepCopy()); err != nil {
				t.Fatal(err)
			}
		}
	}
}
