package report

import (
	"container/list"

	"k8s.io/client-go/util/workqueue"
)

// newQueue makes a queue of reports to bring up to date. It has goroutines of
// its own until it is shut down.
func newQueue(name string) workqueue.TypedRateLimitingInterface[string] {
	queue := workqueue.NewTypedWithConfig(workqueue.TypedQueueConfig[string]{Name: name, Queue: newTurns()})
	delaying := workqueue.NewTypedDelayingQueueWithConfig(workqueue.TypedDelayingQueueConfig[string]{
		Name: name, Queue: queue,
	})
	return workqueue.NewTypedRateLimitingQueueWithConfig(
		workqueue.NewTypedItemExponentialFailureRateLimiter[string](firstRetry, lastRetry),
		workqueue.TypedRateLimitingQueueConfig[string]{Name: name, DelayingQueue: delaying},
	)
}

// turns gives the latest and the oldest name in turns. An edit of the MeshConfig
// may change two thousand reports, which take most of a minute to write:
// whoever edits something else meanwhile waits for two of them and not for all,
// and none waits for more than twice its time in order.
type turns struct {
	names  *list.List // the oldest first
	at     map[string]*list.Element
	oldest bool // is next
}

func newTurns() *turns { return &turns{names: list.New(), at: map[string]*list.Element{}} }

// Touch implements [workqueue.Queue]: what is added again is the latest.
func (t *turns) Touch(name string) {
	if e, ok := t.at[name]; ok {
		t.names.MoveToBack(e)
	}
}

// Push implements [workqueue.Queue].
func (t *turns) Push(name string) { t.at[name] = t.names.PushBack(name) }

// Len implements [workqueue.Queue].
func (t *turns) Len() int { return t.names.Len() }

// Pop implements [workqueue.Queue].
func (t *turns) Pop() string {
	e := t.names.Back()
	if t.oldest {
		e = t.names.Front()
	}
	t.oldest = !t.oldest
	name := t.names.Remove(e).(string)
	delete(t.at, name)
	return name
}
