package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// believing answers the renewals of the Lease itself, and says that they are
// well: the replica leads on while another does.
func believing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Method == http.MethodGet || !strings.HasSuffix(q.URL.Path, "/leases/"+leaseName) {
			next.ServeHTTP(w, q)
			return
		}
		w.Header().Set("Content-Type", q.Header.Get("Content-Type"))
		_, _ = io.Copy(w, q.Body)
	})
}

// late holds back what watches of a resource say, or of all, until it is open.
type late struct {
	open     chan struct{}
	resource string
}

func (l late) layer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Query().Get("watch") != "" && (l.resource == "" || l.resource == resourceOf(q.URL.Path)) {
			select {
			case <-l.open:
			case <-q.Context().Done():
			}
		}
		next.ServeHTTP(w, q)
	})
}

// Two replicas that both believe to lead write the same, though one hears of a
// change later than the other and has seen the finding for a shorter time.
func TestTwoLeadersMakeNoWarOfWrites(t *testing.T) {
	w := newSamples(t)
	mark := func() { w.applyText(t, w.marker, route("mark", "mark", "nobody")) }
	mark()
	want := w.fresh(t)
	w.remove(t, "networking.istio.io/v1", "VirtualService", w.marker, "mark")
	first := w.operate(t)
	first.settle(t)
	first.through(believing)
	w.freeLease(t)
	second := w.operate(t)
	second.settle(t)

	slow := late{open: make(chan struct{})}
	second.through(slow.layer)
	second.cut()
	mark()
	report := w.waitForFindings(t, w.marker, "routing/unknownhost mark")
	waitForSecondAfter(t, report.Status.Findings[0].FirstSeen)
	close(slow.open)
	second.waitForMetric(t, fmt.Sprintf("meshaudit_findings{namespace=%q,severity=\"High\"}", w.marker), 1)
	first.settle(t)
	second.settle(t)
	w.waitForReports(t, want)
	w.remove(t, "networking.istio.io/v1", "VirtualService", w.marker, "mark")
	w.waitForFindings(t, w.marker)
	first.settle(t)
	second.settle(t)
	written := map[string]int{}
	for _, q := range append(first.which(request.ours), second.which(request.ours)...) {
		if q.code == http.StatusOK {
			written[q.path]++
		}
	}
	for path, n := range written { // the first, the second, the first that corrects it, and the fix
		if n > 4 {
			t.Errorf("%d writes of %s", n, path)
		}
	}

	first.through(nil)
	envtesting.WaitFor(t, func() error {
		if _, err := first.metric(t, "meshaudit_build_info"); err == nil {
			return errors.New("the first leads on, though it lost the Lease")
		}
		return nil
	})
	first.kill()
	w.quiet(t, second)
}

func waitForSecondAfter(t *testing.T, at metav1.Time) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		if now := (clock.RealClock{}).Now(); now.Unix() <= at.Unix() {
			return fmt.Errorf("it is %s", now)
		}
		return nil
	})
}

func (r *replica) waitForMetric(t *testing.T, name string, want float64) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		got, err := r.metric(t, name)
		if err == nil && got != want {
			err = fmt.Errorf("%s is %v, want %v", name, got, want)
		}
		return err
	})
}
