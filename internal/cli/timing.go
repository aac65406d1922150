package cli

import (
	"time"

	"github.com/spf13/pflag"
)

// timing are the operator's durations that nobody needs to change but tests,
// which cannot wait for minutes. Zero stands for the default.
type timing struct {
	patience   time.Duration // see hurry
	retry      time.Duration // see ingest.Options
	staleAfter time.Duration // see ingest.Options
	sweep      time.Duration // between two readings of AWS, whatever the policy says
}

func (d *timing) register(flags *pflag.FlagSet) {
	flags.DurationVar(&d.patience, "patience", defaultPatience, "how long the API server may be silent")
	flags.DurationVar(&d.retry, "retry", 0, "longest time between two attempts to read a kind")
	flags.DurationVar(&d.staleAfter, "stale-after", 0, "how long a kind may fail before it is stale")
	flags.DurationVar(&d.sweep, "aws-interval", 0, "time between two readings of AWS (default: the policy's)")
	for _, name := range []string{"patience", "retry", "stale-after", "aws-interval"} {
		flags.Lookup(name).Hidden = true
	}
}
