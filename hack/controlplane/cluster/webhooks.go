package cluster

import (
	"context"
	"errors"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// watchWebhooks lets webhook configurations trust the stand-in as they appear.
func (c *Cluster) watchWebhooks(ctx context.Context) error {
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	factory := informers.NewSharedInformerFactory(c.clientset, 0)
	c.cleanup(func() error { stop(); factory.Shutdown(); return nil })
	admission := factory.Admissionregistration().V1()
	for _, informer := range []cache.SharedIndexInformer{
		admission.MutatingWebhookConfigurations().Informer(), admission.ValidatingWebhookConfigurations().Informer(),
	} {
		if _, err := informer.AddEventHandler(c.onWebhook(watching)); err != nil {
			return fmt.Errorf("watch webhook configurations: %w", err)
		}
	}
	factory.Start(watching.Done())
	return nil
}

// onWebhook lets configurations trust the stand-in. A conflict is no failure:
// the newer version brings an event of its own.
func (c *Cluster) onWebhook(ctx context.Context) cache.ResourceEventHandler {
	handle := func(object any) {
		err := c.trustInjector(ctx, object)
		if err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) && ctx.Err() == nil {
			klog.ErrorS(err, "webhook configuration does not trust the injector")
		}
	}
	return cache.ResourceEventHandlerFuncs{AddFunc: handle, UpdateFunc: func(_, object any) { handle(object) }}
}

func (c *Cluster) trustInjector(ctx context.Context, object any) error {
	switch configuration := object.(type) {
	case *admissionregistrationv1.MutatingWebhookConfiguration:
		copied := configuration.DeepCopy()
		changed, err := c.injector.TrustMutating(copied)
		return c.updateIf(ctx, copied, changed, err)
	case *admissionregistrationv1.ValidatingWebhookConfiguration:
		copied := configuration.DeepCopy()
		changed, err := c.injector.TrustValidating(copied)
		return c.updateIf(ctx, copied, changed, err)
	}
	return nil
}

func (c *Cluster) updateIf(ctx context.Context, object client.Object, changed bool, err error) error {
	if err != nil || !changed {
		return err
	}
	return c.Client.Update(ctx, object)
}

// PatchWebhooks lets the webhook configurations that are there trust the
// stand-in and returns when that is done, for callers who create pods next:
// the watch does the same a moment later.
func (c *Cluster) PatchWebhooks(ctx context.Context) error {
	if c.injector == nil {
		return errors.New("let webhooks trust the injector: this cluster runs none")
	}
	mutating := &admissionregistrationv1.MutatingWebhookConfigurationList{}
	validating := &admissionregistrationv1.ValidatingWebhookConfigurationList{}
	for _, list := range []client.ObjectList{mutating, validating} {
		if err := c.Client.List(ctx, list); err != nil {
			return fmt.Errorf("list webhook configurations: %w", err)
		}
	}
	var errs []error
	for i := range mutating.Items {
		errs = append(errs, c.patchWebhook(ctx, &mutating.Items[i]))
	}
	for i := range validating.Items {
		errs = append(errs, c.patchWebhook(ctx, &validating.Items[i]))
	}
	return errors.Join(errs...)
}

// patchWebhook tries again on a conflict, which the watch can cause.
func (c *Cluster) patchWebhook(ctx context.Context, configuration client.Object) error {
	for {
		err := c.trustInjector(ctx, configuration)
		if err == nil || !apierrors.IsConflict(err) {
			return client.IgnoreNotFound(err)
		}
		if err := c.Client.Get(ctx, client.ObjectKeyFromObject(configuration), configuration); err != nil {
			return client.IgnoreNotFound(err)
		}
	}
}
