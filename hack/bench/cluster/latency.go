package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// pauses are what the operator waits for on purpose before it writes: the
// policy's quiet period.
const pauses = 200 * time.Millisecond

// latency measures the time from an edit to its report, as a watch shows it,
// against that from an edit to a status that a trivial controller writes.
func (b *bench) latency(ctx context.Context) error {
	floor, err := b.reactions(ctx)
	if err != nil {
		return err
	}
	var got []time.Duration
	err = b.during(ctx, func(*operator) error {
		got, err = b.edited(ctx)
		return err
	})
	if err != nil {
		return err
	}
	for _, percent := range []int{50, 99} {
		what := fmt.Sprintf("edit to report, p%d of %d", percent, len(got))
		b.results.compare("latency", what, percentile(got, percent), percentile(floor, percent), 2, pauses)
	}
	return nil
}

// edited edits routes in turns and measures how long each report takes.
func (b *bench) edited(ctx context.Context) ([]time.Duration, error) {
	l := newLatest()
	stop, err := b.follow(ctx, &v1alpha1.MeshAuditReportList{}, l.see)
	if err != nil {
		return nil, err
	}
	times, err := b.edit(ctx, func(ctx context.Context, e edit) (time.Time, error) {
		return l.wait(ctx, client.ObjectKey{Namespace: e.namespace, Name: v1alpha1.ReportName}, e.reported)
	})
	return times, errors.Join(err, stop())
}

// reactions measures the trivial controller by the same edits.
func (b *bench) reactions(ctx context.Context) ([]time.Duration, error) {
	p, err := b.peer(ctx, "react")
	if err != nil {
		return nil, err
	}
	if _, err := p.ready(); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	l := newLatest()
	routes := &unstructured.UnstructuredList{}
	routes.SetAPIVersion(virtualServices.GroupVersion().String())
	routes.SetKind("VirtualServiceList")
	stop, err := b.follow(ctx, routes, l.see)
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	times, err := b.edit(ctx, func(ctx context.Context, e edit) (time.Time, error) {
		return l.wait(ctx, client.ObjectKey{Namespace: e.namespace, Name: e.name}, e.reacted)
	})
	return times, errors.Join(err, stop(), p.stop())
}
