package report_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/meshaudit/meshaudit/controllers/report"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// slow are limits by which nothing is written while a test runs.
var slow = report.Limits{
	MaxSize: fast.MaxSize, QuietPeriod: time.Hour, MinWriteInterval: time.Hour, MaxWritesPerSecond: 1000,
}

// pending makes a story with a finding that is in no report yet.
func pending(t *testing.T) (s *story, namespace string) {
	t.Helper()
	s = begin(t)
	namespace = s.namespace(t)
	s.run(t)
	s.settle(t)
	s.controller.SetLimits(slow)
	s.find(unknownHost, namespace, "cart")
	return s, namespace
}

func TestTheEndWaitsForNoQuietPeriod(t *testing.T) {
	s, shop := pending(t)
	if got := s.report(t, shop).Status.Summary.High; got != 0 {
		t.Fatalf("%d findings before the end", got)
	}
	s.stop()
	if got := s.report(t, shop).Status.Summary.High; got != 1 {
		t.Errorf("%d findings in the report", got)
	}
	if got := s.cluster(t).Status.Totals.High; got != 1 {
		t.Errorf("%d findings in the totals", got)
	}
}

// Another leads by then.
func TestWhoHasLostTheLeaseWritesNothingMore(t *testing.T) {
	s, shop := pending(t)
	before, all := s.report(t, shop), s.cluster(t)
	s.lost.Store(true)
	s.stop()
	if s.report(t, shop).ResourceVersion != before.ResourceVersion ||
		s.cluster(t).ResourceVersion != all.ResourceVersion {
		t.Error("a report was written")
	}
}

func TestAConflictAtTheEndIsResolved(t *testing.T) {
	s, shop := pending(t)
	label := client.RawPatch(types.MergePatchType, []byte(`{"metadata": {"labels": {"edited": "true"}}}`))
	if err := s.api.Patch(t.Context(), s.report(t, shop), label); err != nil {
		t.Fatal(err)
	}
	s.stop()
	if got := s.report(t, shop); got.Status.Summary.High != 1 || got.Labels["edited"] != "true" {
		t.Errorf("%+v", got)
	}
}

// What could not be written is named; the end comes all the same.
func TestAnEndWithoutAnAPIServerSaysWhatIsMissing(t *testing.T) {
	s := begin(t)
	lines := &journal{}
	s.log = funcr.New(lines.add, funcr.Options{})
	stalled := make(chan struct{})
	var once sync.Once
	s.connect(t, s.env.Config, interceptor.NewClient(s.api, interceptor.Funcs{
		Create: func(ctx context.Context, _ client.WithWatch, _ client.Object, _ ...client.CreateOption) error {
			once.Do(func() { close(stalled) })
			<-ctx.Done()
			return ctx.Err()
		},
	}))
	s.know(findings.Namespace{Name: "shop"})
	s.run(t)
	<-stalled
	s.stop()
	if text := lines.text(); !strings.Contains(text, "next leader") || !strings.Contains(text, "shop") {
		t.Errorf("the log says %s", text)
	}
}

// journal is a log.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) add(prefix, line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, prefix+line)
}

func (j *journal) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines, "\n")
}
