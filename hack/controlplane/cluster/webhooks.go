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

	"github.com/meshaudit/meshaudit/hack/controlplane/injector"
)

// startInjector starts the stand-in and watches for the webhook configurations
// of Istio and App Mesh, so that whatever applies them finds a server.
func (c *Cluster) startInjector(ctx context.Context, o Options) (err error) {
	if !o.Injector {
		return nil
	}
	if c.Injector, err = injector.Start(injector.Options{Address: o.InjectorAddress, Reader: c.Client}); err != nil {
		return err
	}
	c.cleanup(c.Injector.Stop)
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

// onWebhook points configurations at the stand-in. A conflict is no failure:
// the newer version brings an event of its own.
func (c *Cluster) onWebhook(ctx context.Context) cache.ResourceEventHandler {
	handle := func(object any) {
		err := c.pointAtInjector(ctx, object)
		if err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) && ctx.Err() == nil {
			klog.ErrorS(err, "webhook configuration keeps its service")
		}
	}
	return cache.ResourceEventHandlerFuncs{AddFunc: handle, UpdateFunc: func(_, object any) { handle(object) }}
}

func (c *Cluster) pointAtInjector(ctx context.Context, object any) error {
	switch configuration := object.(type) {
	case *admissionregistrationv1.MutatingWebhookConfiguration:
		changed := configuration.DeepCopy()
		if c.Injector.RewriteMutating(changed) {
			return c.Client.Update(ctx, changed)
		}
	case *admissionregistrationv1.ValidatingWebhookConfiguration:
		changed := configuration.DeepCopy()
		if c.Injector.RewriteValidating(changed) {
			return c.Client.Update(ctx, changed)
		}
	}
	return nil
}

// PatchWebhooks points the webhook configurations that are there at the
// stand-in and returns when that is done, for callers who create pods next:
// the watch does the same a moment later.
func (c *Cluster) PatchWebhooks(ctx context.Context) error {
	if c.Injector == nil {
		return errors.New("point webhooks at the injector: this cluster runs none")
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
		err := c.pointAtInjector(ctx, configuration)
		if err == nil || !apierrors.IsConflict(err) {
			return client.IgnoreNotFound(err)
		}
		if err := c.Client.Get(ctx, client.ObjectKeyFromObject(configuration), configuration); err != nil {
			return client.IgnoreNotFound(err)
		}
	}
}
