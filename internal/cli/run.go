package cli

import (
	"context"
	"fmt"
	"sync"

	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/output"
)

// analyze is the command analyze: findings to standard output, all else to
// standard error.
func analyze(ctx context.Context, s Streams, f *analyzeFlags) error {
	failOn, err := f.validate()
	if err != nil {
		return err
	}
	j, err := f.job(ctx, s)
	if err != nil {
		return err
	}
	r := j.run(clock.RealClock{}.Now())
	if err := output.Write(s.Out, f.output, r); err != nil {
		return fmt.Errorf("write the findings: %w", err)
	}
	j.tellIdle(s.Err)
	output.Gaps(s.Err, r)
	return verdict(r, failOn)
}

// job reads what the flags name.
func (f *inputFlags) job(ctx context.Context, s Streams) (*job, error) {
	checks, err := f.selected()
	if err != nil {
		return nil, err
	}
	settings, err := f.settings(s.Err)
	if err != nil {
		return nil, err
	}
	asked, err := f.readExceptions(s.In)
	if err != nil {
		return nil, err
	}
	in, err := f.input(ctx, s, &settings)
	if err != nil {
		return nil, err
	}
	if err := f.addAWS(ctx, &in, settings.AWS); err != nil {
		return nil, err
	}
	in.exceptions.replace(asked)
	in.exceptions.tell(s.Err)
	for _, o := range settings.Objects() {
		in.batch.Put(o)
	}
	return &job{
		input: in, checks: checks, policy: settings.Findings, system: f.system,
		namespaces: f.namespaces, broken: teller(s),
	}, nil
}

func (f *inputFlags) input(ctx context.Context, s Streams, settings *policy.Settings) (input, error) {
	if len(f.files) > 0 {
		return f.load(s, settings), nil
	}
	return f.snapshot(ctx, s, settings)
}

// teller tells of checks that panic, a mistake of ours, or that give up: neither
// stops another check.
func teller(s Streams) func(analysis.Panic) {
	var mu sync.Mutex
	return func(p analysis.Panic) {
		mu.Lock()
		defer mu.Unlock()
		if p.Stack == nil {
			fmt.Fprintf(s.Err, "warning: %s\n", p)
			return
		}
		fmt.Fprintf(s.Err, "internal error: %s\n%s\n", p, p.Stack)
	}
}
