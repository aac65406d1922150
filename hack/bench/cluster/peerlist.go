package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

// list is the program that the operator's start is held against: client-go's
// reflectors list and decode the kinds that the operator watches, all at a
// time, into nothing. It ends when each has listed once.
func list(ctx context.Context, config *rest.Config) error {
	s, err := peerScheme()
	if err != nil {
		return err
	}
	all, err := peerKinds(config, s)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	listed := make(chan string, len(all))
	missing := map[string]bool{}
	for _, k := range all {
		r, err := reflector(config, s, k, listed)
		if err != nil {
			return err
		}
		missing[k.gvk.String()] = true
		go r.RunWithContext(ctx)
	}
	for len(missing) > 0 {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w, without a list of %v", ctx.Err(), slices.Sorted(maps.Keys(missing)))
		case kind := <-listed:
			delete(missing, kind)
		}
	}
	return ready()
}

// ready tells the parent process that all is read.
func ready() error {
	_, err := fmt.Fprintln(os.Stdout, readyWord)
	return err
}

func reflector(
	config *rest.Config, s *runtime.Scheme, k peerKind, listed chan<- string,
) (*toolscache.Reflector, error) {
	lw, err := lister(config, s, k)
	if err != nil {
		return nil, err
	}
	return toolscache.NewReflectorWithOptions(
		lw, k.object, &nothing{kind: k.gvk.String(), listed: listed}, toolscache.ReflectorOptions{},
	), nil
}

// lister reads a kind as typed informers do, or as dynamic ones.
func lister(config *rest.Config, s *runtime.Scheme, k peerKind) (toolscache.ListerWatcher, error) {
	if _, untyped := k.object.(*unstructured.Unstructured); untyped {
		c, err := dynamic.NewForConfig(config)
		if err != nil {
			return nil, err
		}
		gvr := k.gvk.GroupVersion().WithResource(k.row.Plural)
		return &toolscache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
				return c.Resource(gvr).List(ctx, o)
			},
			WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
				return c.Resource(gvr).Watch(ctx, o)
			},
		}, nil
	}
	http, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	c, err := apiutil.RESTClientForGVK(k.gvk, false, false, config, serializer.NewCodecFactory(s), http)
	if err != nil {
		return nil, err
	}
	lw := toolscache.NewFilteredListWatchFromClient(c, k.row.Plural, metav1.NamespaceAll,
		func(o *metav1.ListOptions) { o.LabelSelector = k.selector() })
	return toolscache.ToListWatcherWithWatchListSemantics(lw, c), nil
}

// nothing is a store that drops everything.
type nothing struct {
	kind   string
	listed chan<- string // nil after the first list
}

func (*nothing) Add(any) error    { return nil }
func (*nothing) Update(any) error { return nil }
func (*nothing) Delete(any) error { return nil }
func (*nothing) Resync() error    { return nil }

func (n *nothing) Replace([]any, string) error {
	if n.listed != nil {
		n.listed <- n.kind
		n.listed = nil
	}
	return nil
}
