package cli

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/output"
)

// baselineFlags are the words of the command line.
type baselineFlags struct {
	inputFlags

	expires   string
	expiresIn string
	reason    string
	owner     string
	atLeast   string
}

const baselineLong = `Print MeshAuditExceptions that silence every finding that counts now, so that
from now on only new mistakes count. They expire, and name their subjects: a
mistake in another object shows at once. One of a check that a subject has
already been excepted from does not.

There is one exception a namespace and check, with the subjects by kind and
name. What belongs to no namespace goes into --operator-namespace. What existing
exceptions silence is left out, and their names are not used again, so that the
output can be applied beside them.

Exit codes: 0 all of the input was audited; 1 internal error; 2 bad usage;
4 something could not be read or evaluated, so that findings may be missing.`

func newBaselineCommand(s Streams) *cobra.Command {
	f := &baselineFlags{}
	c := &cobra.Command{
		Use:   "baseline",
		Short: "Print exceptions for all that files or a live cluster show today",
		Long:  baselineLong,
		Example: `  meshaudit baseline > known.yaml                    # the cluster of your kubeconfig
  meshaudit baseline --namespace shop --expires 2026-12-31 --owner team-shop
  meshaudit baseline --file manifests/ > known.yaml
  meshaudit analyze --file manifests/ --exceptions known.yaml`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return baseline(c.Context(), s, f) },
	}
	f.register(c.Flags())
	flags := c.Flags()
	flags.StringVar(&f.expires, "expires", "", "day (at 00:00 UTC) or time when the exceptions expire")
	flags.StringVar(&f.expiresIn, "expires-in", "30d", "how long from now, as 30d or 12h; without --expires")
	flags.StringVar(&f.reason, "reason", "", "why the findings are accepted (default: that they were known today)")
	flags.StringVar(&f.owner, "owner", "", "who answers for the exceptions")
	flags.StringVar(&f.atLeast, "severity-at-least", "info", "lowest severity that is silenced")
	return c
}

// baseline is the command baseline: exceptions to standard output, all else to
// standard error.
func baseline(ctx context.Context, s Streams, f *baselineFlags) error {
	now := clock.RealClock{}.Now()
	bar, err := analysis.ParseSeverity(f.atLeast)
	if err != nil {
		return usage("--severity-at-least: %s", err)
	}
	expires, err := f.expiry(now)
	if err != nil {
		return err
	}
	j, err := f.job(ctx, s)
	if err != nil {
		return err
	}
	r := j.run(now)
	list := j.excepted(bar, r, v1alpha1.MeshAuditExceptionSpec{
		Reason: cmp.Or(f.reason, "Known on "+now.UTC().Format(time.DateOnly)+", when the baseline was made."),
		Owner:  f.owner, ExpiresAt: &expires,
	})
	for i := range list {
		if err := writeYAML(s.Out, &list[i]); err != nil {
			return fmt.Errorf("write the exceptions: %w", err)
		}
	}
	j.tellBaseline(s.Err, list)
	output.Gaps(s.Err, r)
	return verdict(r, analysis.Critical+1)
}

// expiry is when the exceptions expire.
func (f *baselineFlags) expiry(now time.Time) (metav1.Time, error) {
	at, err := f.end(now)
	if err == nil && !at.After(now) {
		err = usage("--expires: %s is over", at.UTC().Format(time.RFC3339))
	}
	return metav1.NewTime(at.UTC().Truncate(time.Second)), err
}

func (f *baselineFlags) end(now time.Time) (time.Time, error) {
	if f.expires == "" {
		in, err := parseDays(f.expiresIn)
		if err != nil {
			return now, usage("--expires-in: %s", err)
		}
		return now.Add(in), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, f.expires); err == nil {
			return at, nil
		}
	}
	return now, usage("--expires: %q is neither a day such as 2026-12-31 nor a time", f.expires)
}

// parseDays reads a duration, of which 30d is one.
func parseDays(text string) (time.Duration, error) {
	number, isDays := strings.CutSuffix(text, "d")
	if !isDays {
		return time.ParseDuration(text)
	}
	days, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%q is no number of days such as 30d", text)
	}
	return time.Duration(days) * 24 * time.Hour, nil
}
