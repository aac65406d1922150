package report

// Running tells whether the controller writes: this replica leads, everything
// was evaluated, and what an earlier run had published is back in the ledger.
func (c *Controller) Running() bool { return c.running.Load() }
