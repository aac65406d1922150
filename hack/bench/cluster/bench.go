package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/hack/bench/load"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// part is one chapter of the measurements.
type part struct {
	name string
	run  func(*bench, context.Context) error
}

// parts are in the order in which they run: the one that changes the mesh most
// is the last.
var parts = []part{
	{"cold", (*bench).cold},
	{"memory", (*bench).memory},
	{"latency", (*bench).latency},
	{"limit", (*bench).limit},
	{"root", (*bench).root},
	{"steady", (*bench).steady},
	{"churn", (*bench).churn},
}

// bench is one run.
type bench struct {
	size                int // Pods
	seed                uint64
	steadyFor, churnFor time.Duration
	rate                float64       // writes per second of churn
	edits               int           // of a latency measurement
	restFor             time.Duration // before memory is read
	binary              string
	keep                string
	mesh                *load.Mesh
	foreign             bool // another run filled the mesh
	results             table

	progress   io.Writer
	dir        string // temporary
	env        *envtesting.Env
	api        client.WithWatch
	kubeconfig string // file
}

func names() []string {
	var list []string
	for _, p := range parts {
		list = append(list, p.name)
	}
	return list
}

// chosen are the parts of the names, all of none.
func chosen(only string) ([]part, error) {
	if only == "" {
		return parts, nil
	}
	want := strings.Split(only, ",")
	for _, name := range want {
		if !slices.Contains(names(), name) {
			return nil, fmt.Errorf("no part %q; there are %s", name, strings.Join(names(), ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return !slices.Contains(want, p.name) }), nil
}

func (b *bench) run(ctx context.Context, only string) (err error) {
	list, err := chosen(only)
	if err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "meshaudit-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	b.mesh = load.New(load.SizeOf(b.size), b.seed)
	defer func() {
		if b.env != nil {
			err = errors.Join(err, b.env.Close())
		}
	}()
	if err := b.open(ctx); err != nil {
		return err
	}
	for _, p := range list {
		b.say("%s", p.name)
		if err := p.run(b, ctx); err != nil {
			b.results.write(os.Stdout)
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	b.results.write(os.Stdout)
	if b.results.missed > 0 {
		return fmt.Errorf("%d bars missed", b.results.missed)
	}
	return nil
}

func (b *bench) say(format string, values ...any) {
	fmt.Fprintf(b.progress, time.Now().Format(time.TimeOnly)+" "+format+"\n", values...)
}
