package engine

// Sizes are those of what grows with changes, and shrinks with time or work.
func (e *Engine) Sizes() (wakes, queue int) { return len(e.wakes), len(e.queue) }
