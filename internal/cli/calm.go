package cli

import "github.com/go-logr/logr"

// calm passes a log on without the one error that every clean end of a leader
// brings: controller-runtime v0.25 reports that the lease was given back as if
// it had been lost.
type calm struct{ logr.LogSink }

const leaseGivenBack = "leader election lost"

// Error implements [logr.LogSink].
func (c calm) Error(err error, message string, keysAndValues ...any) {
	if err != nil && err.Error() == leaseGivenBack {
		return
	}
	c.LogSink.Error(err, message, keysAndValues...)
}

// WithValues implements [logr.LogSink].
func (c calm) WithValues(keysAndValues ...any) logr.LogSink {
	return calm{c.LogSink.WithValues(keysAndValues...)}
}

// WithName implements [logr.LogSink].
func (c calm) WithName(name string) logr.LogSink { return calm{c.LogSink.WithName(name)} }
