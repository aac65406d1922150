package ingest

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// firstRetry is short, because a kind may be served a moment later than its CRD
// says.
const firstRetry = 250 * time.Millisecond

// run reads until the context ends.
func (k *kindWatch) run(ctx context.Context, s *source, r *reader) {
	silent := logr.Discard() // the journal tells what matters, and how often
	options := cache.ReflectorOptions{
		Logger: &silent, Name: string(k.row.Kind), TypeDescription: string(k.row.Kind),
		Clock:   haltingClock{WithTicker: k.options.Clock, done: ctx.Done()},
		Backoff: k.options.backoff(),
	}
	observer := &observer{kind: k, source: s, reader: r}
	var lister cache.ListerWatcher = observer
	if k.options.listFirst {
		lister = withoutStreaming{observer}
	}
	cache.NewReflectorWithOptions(lister, &item{}, &sink{kind: k, source: s}, options).
		RunWithContext(klog.NewContext(ctx, silent))
}

// backoff doubles the time between two attempts up to half of Retry, to which
// chance adds as much again, so that not all kinds retry at once.
func (o Options) backoff() *wait.Backoff {
	limit := o.Retry / 2
	first := min(firstRetry, limit)
	steps := int(math.Ceil(math.Log2(float64(limit)/float64(first)))) + 1
	return &wait.Backoff{Duration: first, Cap: limit, Steps: steps, Factor: 2, Jitter: 1}
}

// sink is the reflector's store.
type sink struct {
	kind   *kindWatch
	source *source
}

func (s *sink) Add(o any) error { return s.each(o, s.kind.put) }

func (s *sink) Update(o any) error { return s.each(o, s.kind.put) }

func (s *sink) Delete(o any) error {
	return s.each(o, func(from *source, o *inventory.Object) { s.kind.remove(from, o.Ref) })
}

func (s *sink) each(o any, do func(*source, *inventory.Object)) error {
	i, ok := o.(*item)
	if !ok || i.object == nil {
		return fmt.Errorf("%s: unexpected %T", s.kind.row.Kind, o)
	}
	do(s.source, i.object)
	return nil
}

func (s *sink) Replace(list []any, _ string) error {
	objects := make([]*inventory.Object, 0, len(list))
	for _, o := range list {
		i, ok := o.(*item)
		if !ok || i.object == nil {
			return fmt.Errorf("%s: unexpected %T", s.kind.row.Kind, o)
		}
		objects = append(objects, i.object)
	}
	s.kind.replace(s.source, objects)
	return nil
}

func (*sink) Resync() error { return nil }
