package report

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// watch follows the metadata of the reports until ctx ends, to see what others
// do to them.
func (c *Controller) watch(ctx context.Context, group *sync.WaitGroup) {
	silent := klog.NewContext(ctx, logr.Discard()) // [Controller.follow] tells what matters
	namespaced, cluster := c.format.resources()
	for _, gvr := range []schema.GroupVersionResource{namespaced, cluster} {
		informer := metadatainformer.NewFilteredMetadataInformer(
			listing{c.Metadata}, gvr, metav1.NamespaceAll, 0, cache.Indexers{}, c.narrow,
		).Informer()
		if err := c.follow(informer, gvr.Resource); err != nil {
			c.complain("cannot watch the reports", err, "resource", gvr.Resource)
			continue
		}
		group.Go(func() { informer.RunWithContext(silent) })
		group.Go(func() { c.seek(ctx, informer, gvr == cluster) })
	}
}

// listing makes informers list before they watch. One that streams its first
// list waits for an API server that refuses connections without looking at its
// context, for up to a minute, and an operator must not take that long to end.
type listing struct{ metadata.Interface }

// IsWatchListSemanticsUnSupported is the question that informers ask.
func (listing) IsWatchListSemanticsUnSupported() bool { return true }

// narrow leaves out objects that cannot be reports.
func (c *Controller) narrow(o *metav1.ListOptions) { o.FieldSelector = c.format.fields() }

func (c *Controller) follow(informer cache.SharedIndexInformer, resource string) error {
	if err := informer.SetTransform(identity); err != nil {
		return err
	}
	err := informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		switch {
		case apierrors.IsNotFound(err) && c.cancel != nil:
			c.abandon()
		case !routine(err):
			c.complain("cannot watch the reports", err, "resource", resource)
		}
	})
	if err != nil {
		return err
	}
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { c.sight(o, false) },
		UpdateFunc: c.updated,
		DeleteFunc: func(o any) { c.sight(o, true) },
	})
	return err
}

// routine tells that a watch ended as every watch does some time.
func routine(err error) bool {
	return errors.Is(err, io.EOF) || apierrors.IsResourceExpired(err) || apierrors.IsGone(err)
}

// identity keeps of an object what tells which one it is, and of what version.
func identity(o any) (any, error) {
	m, ok := o.(*metav1.PartialObjectMetadata)
	if !ok {
		return o, nil
	}
	return &metav1.PartialObjectMetadata{TypeMeta: m.TypeMeta, ObjectMeta: metav1.ObjectMeta{
		Namespace: m.Namespace, Name: m.Name, UID: m.UID, ResourceVersion: m.ResourceVersion,
	}}, nil
}

// updated is told of each new version, and of the same again after a new list.
func (c *Controller) updated(old, o any) {
	was, is := old.(*metav1.PartialObjectMetadata), o.(*metav1.PartialObjectMetadata)
	if was.ResourceVersion == is.ResourceVersion && is.Name == v1alpha1.ReportName && c.memory.relist(is.Namespace) {
		c.queue.Add(is.Namespace)
		return
	}
	c.sight(o, false)
}

// sight looks into a report that the watch showed, if that is news.
func (c *Controller) sight(o any, deleted bool) {
	if last, ok := o.(cache.DeletedFinalStateUnknown); ok {
		o = last.Obj
	}
	m, ok := o.(*metav1.PartialObjectMetadata)
	if !ok || m.Name != v1alpha1.ReportName {
		return
	}
	if c.memory.sight(m.Namespace, sighting{uid: m.UID, version: m.ResourceVersion, deleted: deleted}) {
		c.queue.Add(m.Namespace)
	}
}
