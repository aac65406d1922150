package policy

import (
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// informer watches the one policy. It reads it raw, so that a policy that does
// not decode is one that can be named.
func (c *Controller) informer() (cache.SharedIndexInformer, error) {
	gvr := v1alpha1.GroupVersion.WithResource("meshauditpolicies")
	informer := dynamicinformer.NewFilteredDynamicInformer(
		listing{c.Dynamic}, gvr, metav1.NamespaceAll, 0, cache.Indexers{}, onlyDefault,
	).Informer()
	if err := informer.SetWatchErrorHandlerWithContext(c.look.failed); err != nil {
		return nil, fmt.Errorf("watch the policy: %w", err)
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { signal(c.changed) },
		UpdateFunc: func(any, any) { signal(c.changed) },
		DeleteFunc: func(any) { signal(c.changed) },
	})
	if err != nil {
		return nil, fmt.Errorf("watch the policy: %w", err)
	}
	return informer, nil
}

// listing makes informers list before they watch. One that streams its first
// list waits for an API server that refuses connections without looking at its
// context, for up to a minute, and an operator must not take that long to end.
type listing struct{ dynamic.Interface }

// IsWatchListSemanticsUnSupported is the question that informers ask.
func (listing) IsWatchListSemanticsUnSupported() bool { return true }

func onlyDefault(o *metav1.ListOptions) {
	o.FieldSelector = fields.OneTermEqualSelector(metav1.ObjectNameField, v1alpha1.PolicyName).String()
}

// stored is the policy in the store, nil if there is none.
func stored(store cache.Store) (*v1alpha1.MeshAuditPolicy, []v1alpha1.Rejection) {
	o, ok, err := store.GetByKey(v1alpha1.PolicyName)
	u, is := o.(*unstructured.Unstructured)
	if err != nil || !ok || !is {
		return nil, nil
	}
	return ReadPolicy(u)
}

// ReadPolicy decodes a policy as the API server gives it. One whose spec does
// not decode counts as one without, and its spec as rejected; nil is none.
func ReadPolicy(u *unstructured.Unstructured) (*v1alpha1.MeshAuditPolicy, []v1alpha1.Rejection) {
	p, failure := decode[v1alpha1.MeshAuditPolicy](u.Object)
	if p == nil || failure == nil {
		return p, nil
	}
	return p, []v1alpha1.Rejection{{Field: "spec", Message: failure.Error()}}
}

// decode decodes an object of ours as far as it goes: without its status if that
// is what does not decode, else without its spec, and then with what is wrong
// there; nil if all else does not decode either.
func decode[T any](object map[string]any) (o *T, failure error) {
	for _, without := range [][]string{nil, {"status"}, {"spec"}, {"spec", "status"}} {
		rest := maps.Clone(object)
		for _, field := range without {
			delete(rest, field)
		}
		o := new(T)
		err := runtime.DefaultUnstructuredConverter.FromUnstructured(rest, o)
		switch {
		case err == nil && slices.Contains(without, "spec"):
			return o, fmt.Errorf("it does not decode: %w", failure)
		case err == nil:
			return o, nil
		case !slices.Contains(without, "spec"):
			failure = err // at last without the status
		}
	}
	return nil, fmt.Errorf("it does not decode: %w", failure)
}
