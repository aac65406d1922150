package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"

	"github.com/meshaudit/meshaudit/internal/cloud"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/manifests"
)

// awsFlags say how AWS is read once.
type awsFlags struct {
	sweeps int
	apart  time.Duration
}

func (f *awsFlags) register(flags *pflag.FlagSet, prefix string) {
	flags.IntVar(&f.sweeps, prefix+"sweeps", 2,
		"how often AWS is read; what is missing and what is left over is told only after two")
	flags.DurationVar(&f.apart, prefix+"apart", 10*time.Second, "time between two readings of AWS")
}

func (f *awsFlags) validate(prefix string) error {
	switch {
	case f.sweeps < 1 || f.sweeps > 10:
		return usage("--%ssweeps: %d is not between 1 and 10", prefix, f.sweeps)
	case f.apart < 0:
		return usage("--%sapart: %s is negative", prefix, f.apart)
	}
	return nil
}

// read asks AWS now, whatever the policy's mode: who calls for AWS wants to know
// why it does not answer, also if that is for want of credentials.
func (f *awsFlags) read(ctx context.Context, c cloud.Config) (inventory.Batch, []cloud.Status, error) {
	c.Mode = cloud.Required
	return cloud.Snapshot(ctx, c, cloud.SnapshotOptions{
		Options: cloud.Options{Log: logr.Discard()}, Sweeps: f.sweeps, Apart: f.apart,
	})
}

// addAWS adds what AWS says, now or in a file, to what is audited. What did not
// answer is an error of the input: who asks for AWS wants to know.
func (f *inputFlags) addAWS(ctx context.Context, in *input, c cloud.Config) error {
	var b inventory.Batch
	var sources []cloud.Status
	var err error
	from := "AWS"
	switch {
	case f.aws:
		b, sources, err = f.awsFlags.read(ctx, c)
	case f.awsSnapshot != "":
		from = f.awsSnapshot
		b, sources, err = readSnapshot(from)
	default:
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("read AWS: %w", ctx.Err())
	}
	if err != nil && len(sources) == 0 {
		in.errors = append(in.errors, manifests.Error{File: from, Message: err.Error()})
	}
	for _, s := range unanswered(sources) {
		in.errors = append(in.errors, manifests.Error{File: from, Message: s})
	}
	for _, s := range b.States {
		in.batch.SetState(s.Kind, s.Scope, s.State)
	}
	for _, o := range b.Objects {
		in.batch.Put(o)
	}
	return nil
}

func readSnapshot(file string) (inventory.Batch, []cloud.Status, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return inventory.Batch{}, nil, err
	}
	return decodeAWS(text)
}

// unanswered says of each source that did not answer why.
func unanswered(sources []cloud.Status) []string {
	var out []string
	for _, s := range sources {
		if s.Class != cloud.ClassAvailable && s.Class != cloud.ClassOff {
			out = append(out, fmt.Sprintf("%s: %s: %s", s.Name, s.Class, s.Message))
		}
	}
	return out
}

// tellUnanswered writes the same for people.
func tellUnanswered(w io.Writer, sources []cloud.Status) {
	for _, text := range unanswered(sources) {
		fmt.Fprintln(w, "cannot read", text)
	}
}
