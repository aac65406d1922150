package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
)

var virtualServices = schema.GroupVersionResource{
	Group: "networking.istio.io", Version: "v1", Resource: "virtualservices",
}

// react is the program that the operator's latency is held against: an informer
// that, on each change of a VirtualService, writes the generation that it saw
// into the object's status. It runs until it is ended.
func react(ctx context.Context, config *rest.Config) error {
	c, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	informers := dynamicinformer.NewDynamicSharedInformerFactory(c, 0)
	informer := informers.ForResource(virtualServices).Informer()
	see := func(o any) {
		if err := observe(ctx, c, o); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	handled, err := informer.AddEventHandler(toolscache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(o any, initial bool) {
			if !initial {
				see(o)
			}
		},
		UpdateFunc: func(_, o any) { see(o) },
	})
	if err != nil {
		return err
	}
	informers.Start(ctx.Done())
	if !toolscache.WaitForCacheSync(ctx.Done(), handled.HasSynced) {
		return errors.New("the informer did not sync")
	}
	defer informers.Shutdown()
	if err := ready(); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// observe writes the status that tells of the object's generation, unless it
// tells so already.
func observe(ctx context.Context, c dynamic.Interface, o any) error {
	u, ok := o.(*unstructured.Unstructured)
	if !ok {
		return fmt.Errorf("unexpected %T", o)
	}
	if observed(u) == u.GetGeneration() {
		return nil
	}
	u = u.DeepCopy()
	if err := unstructured.SetNestedField(u.Object, u.GetGeneration(), "status", "observedGeneration"); err != nil {
		return err
	}
	_, err := c.Resource(virtualServices).Namespace(u.GetNamespace()).UpdateStatus(ctx, u, metav1.UpdateOptions{})
	return err
}

// observed is the generation that a status tells of; 0 if none.
func observed(u *unstructured.Unstructured) int64 {
	n, _, err := unstructured.NestedInt64(u.Object, "status", "observedGeneration")
	if err != nil {
		return 0
	}
	return n
}
