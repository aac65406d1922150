package cli

import (
	"os"
	"runtime/debug"
)

// growth is by how many percent the heap may grow between two collections,
// Go's GOGC. The operator holds much and makes little garbage once it has
// listed, so that memory is saved at little cost; see docs/performance.md.
const growth = 25

// collectEarly sets the growth, unless the environment does.
func collectEarly() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
}
