package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-logr/logr"
	"golang.org/x/sync/errgroup"
	"k8s.io/klog/v2"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// parallel bounds how many kinds a snapshot lists at a time.
const parallel = 8

// Problem is a kind, or one namespace of a kind, that a snapshot lacks.
type Problem struct { //nolint:errname // it is told beside the result, not returned
	Kind      inventory.Kind
	Namespace string // the whole cluster if empty
	State     inventory.State
	Err       error
}

// Error says what could not be read, and why.
func (p Problem) Error() string {
	where := string(p.Kind)
	if p.Namespace != "" {
		where += " in namespace " + p.Namespace
	}
	return fmt.Sprintf("%s: %s: %v", where, p.State, p.Err)
}

// Snapshot lists everything once, with the states that [Ingest] would give. It
// fails if the API server does not answer; a kind that cannot be read is a
// problem, ordered by kind and namespace.
func Snapshot(ctx context.Context, o Options) (inventory.Batch, []Problem, error) {
	o = o.withDefaults()
	a, err := newAccess(o.Config)
	if err != nil {
		return inventory.Batch{}, nil, err
	}
	ctx = klog.NewContext(ctx, logr.Discard())
	s := &snapshot{options: &o, access: a, catalog: &catalog{}}
	if err := s.custom(ctx); err != nil {
		return inventory.Batch{}, nil, err
	}
	s.kinds(ctx)
	if err := context.Cause(ctx); err != nil {
		return inventory.Batch{}, nil, fmt.Errorf("read the cluster: %w", err)
	}
	slices.SortFunc(s.problems, Problem.compare)
	return s.batch, s.problems, nil
}

func (p Problem) Unwrap() error { return p.Err }

func (p Problem) compare(o Problem) int {
	return cmp.Or(strings.Compare(string(p.Kind), string(o.Kind)), strings.Compare(p.Namespace, o.Namespace))
}

type snapshot struct {
	options *Options
	access  *access
	catalog *catalog

	mu       sync.Mutex
	batch    inventory.Batch
	problems []Problem
}

// custom finds out which custom kinds there are.
func (s *snapshot) custom(ctx context.Context) error {
	row, ok := kinds.Lookup(kinds.CRDs.Name)
	if !ok {
		return fmt.Errorf("the kind table lacks %s", kinds.CRDs.Name)
	}
	r, err := s.access.reader(row, row.Versions[0])
	if err != nil {
		return err
	}
	objects, err := r.all(ctx, selection{})
	if err == nil {
		s.catalog.hear(objects, true)
		return nil
	}
	if !denied(err) {
		return fmt.Errorf("list %s: %w", row.Kind, err)
	}
	found, err := discover(ctx, s.access, s.options.Rows)
	s.catalog.discovered(found, s.catalog.asking())
	return err
}

func (s *snapshot) kinds(ctx context.Context) {
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, row := range s.options.Rows {
		group.Go(func() error {
			s.kind(ctx, row)
			return nil
		})
	}
	_ = group.Wait() // the functions give no error
}

func (s *snapshot) kind(ctx context.Context, row *kinds.Row) {
	p, known := s.catalog.plan(row, slices.Contains(s.options.Enabled, row.Kind))
	switch {
	case !known:
		s.set(row, "", inventory.NotSynced, p.reason)
		return
	case p.version == "":
		s.set(row, "", p.state, p.reason)
		return
	}
	r, err := s.access.reader(row, p.version)
	if err != nil {
		s.set(row, "", inventory.SourceUnavailable, err)
		return
	}
	state := s.read(ctx, row, r, selection{label: labelSelectors[row.Kind]})
	if state == inventory.Forbidden {
		s.namespaces(ctx, row, r)
	}
	if row.Kind == kinds.ConfigMaps.Name {
		for _, name := range s.options.ConfigMaps {
			s.read(ctx, row, r, selection{namespace: name.Namespace, name: name.Name})
		}
	}
}
