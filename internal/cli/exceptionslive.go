package cli

import (
	"context"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/pager"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/manifests"
)

// liveExceptions is how the API server calls the kind.
var liveExceptions = v1alpha1.GroupVersion.WithResource("meshauditexceptions")

// listExceptions reads those of the cluster, of the namespaces one by one if
// they may not be read as a whole. What cannot be read is a gap of the input:
// findings count that somebody silenced. A cluster without the kind has none.
func (in *input) listExceptions(ctx context.Context, d dynamic.Interface, exist func() bool, namespaces []string) {
	err := in.takeExceptions(ctx, d.Resource(liveExceptions))
	switch {
	case apierrors.IsForbidden(err) && !exist():
	case apierrors.IsForbidden(err) && len(namespaces) > 0:
		for _, namespace := range namespaces {
			in.gap(liveExceptions, namespace, in.takeExceptions(ctx, d.Resource(liveExceptions).Namespace(namespace)))
		}
	default:
		in.gap(liveExceptions, "", err)
	}
}

func (in *input) takeExceptions(ctx context.Context, r dynamic.ResourceInterface) error {
	pages := pager.New(func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		return r.List(ctx, o)
	})
	list, _, err := pages.ListWithAlloc(ctx, metav1.ListOptions{})
	if err != nil {
		return err //nolint:wrapcheck // callers look at its type
	}
	return meta.EachListItem(list, func(o runtime.Object) error {
		if u, ok := o.(*unstructured.Unstructured); ok {
			e := &exception{}
			_, e.Exception, e.verdict = policy.ReadException(u, analyzers.All)
			in.exceptions.list = append(in.exceptions.list, e)
		}
		return nil
	})
}

// gap books that something of ours could not be read.
func (in *input) gap(r schema.GroupVersionResource, namespace string, err error) {
	if err == nil || apierrors.IsNotFound(err) {
		return
	}
	what := r.GroupResource().String()
	if namespace != "" {
		what += " in namespace " + namespace
	}
	in.errors = append(in.errors, manifests.Error{File: what, Message: err.Error()})
}

// installed tells whether the cluster has the kind. Who may not list a kind is
// told so also where there is none, and everybody may ask.
func installed(config *rest.Config) func() bool {
	return sync.OnceValue(func() bool {
		d, err := discovery.NewDiscoveryClientForConfig(config)
		if err != nil {
			return true
		}
		_, err = d.ServerResourcesForGroupVersion(v1alpha1.GroupVersion.String())
		return !apierrors.IsNotFound(err)
	})
}
