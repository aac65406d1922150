package analyzers

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Inputs are the kinds that a check reads, sorted: without one of them it may
// not be evaluated. They are what it was seen to read over the fixtures of all
// checks, for checks declare none.
func Inputs(c analysis.Check) []inventory.Kind { return inputs[c.ID()] }
