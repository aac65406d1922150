package engine

import (
	"container/heap"
	"time"
)

// wake asks for an evaluation of a subject at a time. It is void when the memo
// has another time by then.
type wake struct {
	at   time.Time
	memo *memo
}

type wakes []wake

// spare is how far the heap of wakes, and the queue, may grow beyond two
// entries for each subject.
const spare = 64

// Len implements [heap.Interface].
func (w *wakes) Len() int { return len(*w) }

// Less implements [heap.Interface].
func (w *wakes) Less(i, j int) bool { return (*w)[i].at.Before((*w)[j].at) }

// Swap implements [heap.Interface].
func (w *wakes) Swap(i, j int) { (*w)[i], (*w)[j] = (*w)[j], (*w)[i] }

// Push implements [heap.Interface].
func (w *wakes) Push(x any) { *w = append(*w, x.(wake)) }

// Pop implements [heap.Interface].
func (w *wakes) Pop() any {
	last := len(*w) - 1
	x := (*w)[last]
	(*w)[last] = wake{}
	*w = (*w)[:last]
	return x
}

func (e *Engine) wakeAt(m *memo, at time.Time) {
	if at.Equal(m.wake) {
		return
	}
	m.wake = at
	if at.IsZero() {
		return
	}
	heap.Push(&e.wakes, wake{at: at, memo: m})
	if len(e.wakes) > 2*len(e.memos)+spare {
		e.tidyWakes()
	}
}

// tidyWakes drops what is void, which else would stay until its time comes: a
// certificate's, say, that was renewed a thousand times since.
func (e *Engine) tidyWakes() {
	clear(e.wakes)
	e.wakes = e.wakes[:0]
	for _, m := range e.order {
		if !m.wake.IsZero() {
			e.wakes = append(e.wakes, wake{at: m.wake, memo: m})
		}
	}
	heap.Init(&e.wakes)
}

// due marks the subjects whose time has come.
func (e *Engine) due(now time.Time) {
	for len(e.wakes) > 0 && !now.Before(e.wakes[0].at) {
		w := heap.Pop(&e.wakes).(wake)
		if w.memo.wake.Equal(w.at) {
			w.memo.wake = time.Time{}
			e.mark(w.memo)
		}
	}
}

// NextWake is the earliest time that a check asked for; zero if none did.
func (e *Engine) NextWake() time.Time {
	for len(e.wakes) > 0 && !e.wakes[0].memo.wake.Equal(e.wakes[0].at) {
		heap.Pop(&e.wakes)
	}
	if len(e.wakes) == 0 {
		return time.Time{}
	}
	return e.wakes[0].at
}
