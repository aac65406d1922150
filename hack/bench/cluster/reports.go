package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// writers is how many reports are written at a time, as the operator does.
const writers = 4

// defaultWrites and unlimited are settings of reports.maxWritesPerSecond.
const (
	defaultWrites = 50
	unlimited     = 1000 // the largest that the policy allows
)

// reports gives the reports of all namespaces.
func (b *bench) reports(ctx context.Context) ([]v1alpha1.MeshAuditReport, error) {
	list := &v1alpha1.MeshAuditReportList{}
	err := b.api.List(ctx, list)
	return list.Items, err
}

// drop deletes all reports. The operator must not be running.
func (b *bench) drop(ctx context.Context) error {
	all, err := b.reports(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for i := range all {
		group.Go(func() error { return client.IgnoreNotFound(b.api.Delete(ctx, &all[i])) })
	}
	group.Go(func() error { return b.api.DeleteAllOf(ctx, &v1alpha1.ClusterMeshAuditReport{}) })
	return group.Wait()
}

// publish writes reports as the operator does, an empty one and then its
// status, and nothing else: the floor of writing.
func (b *bench) publish(ctx context.Context, all []v1alpha1.MeshAuditReport, perSecond float64) error {
	limiter := rate.NewLimiter(rate.Limit(perSecond), 1)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for i := range all {
		group.Go(func() error {
			r := &v1alpha1.MeshAuditReport{}
			r.Namespace, r.Name = all[i].Namespace, all[i].Name
			if err := limiter.Wait(ctx); err != nil {
				return err
			}
			if err := b.api.Create(ctx, r); err != nil {
				return err
			}
			r.Status = all[i].Status
			if err := limiter.Wait(ctx); err != nil {
				return err
			}
			return b.api.Status().Update(ctx, r)
		})
	}
	return group.Wait()
}

// limitWrites sets the policy's reports.maxWritesPerSecond; the default is no
// policy at all.
func (b *bench) limitWrites(ctx context.Context, perSecond int32) error {
	p := &v1alpha1.MeshAuditPolicy{}
	p.Name = v1alpha1.PolicyName
	if err := client.IgnoreNotFound(b.api.Delete(ctx, p)); err != nil || perSecond == defaultWrites {
		return err
	}
	p.Spec.Reports.MaxWritesPerSecond = perSecond
	return b.api.Create(ctx, p)
}

// count adds up the findings of reports.
func count(all []v1alpha1.MeshAuditReport) string {
	var s v1alpha1.Summary
	for i := range all {
		t := &all[i].Status.Summary
		s.Critical, s.High, s.Medium = s.Critical+t.Critical, s.High+t.High, s.Medium+t.Medium
		s.Low, s.Info = s.Low+t.Low, s.Info+t.Info
	}
	return fmt.Sprintf("%d reports: %d critical, %d high, %d medium, %d low, %d info",
		len(all), s.Critical, s.High, s.Medium, s.Low, s.Info)
}
