package policy

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// exceptionResource is how the API server calls the kind.
var exceptionResource = v1alpha1.GroupVersion.WithResource("meshauditexceptions")

// informer watches all exceptions. It reads them raw, so that one that does not
// decode is one that can be named, and blinds nobody to the others. Synced tells
// whether the first list acts.
func (x *Exceptions) informer() (cache.SharedIndexInformer, cache.InformerSynced, error) {
	informer := dynamicinformer.NewFilteredDynamicInformer(
		listing{x.Dynamic}, exceptionResource, metav1.NamespaceAll, 0, cache.Indexers{}, nil,
	).Informer()
	err := informer.SetWatchErrorHandlerWithContext(x.look.failed)
	if err == nil {
		err = informer.SetTransform(bare)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("watch the exceptions: %w", err)
	}
	registration, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    x.take,
		UpdateFunc: func(_, o any) { x.take(o) },
		DeleteFunc: x.drop,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("watch the exceptions: %w", err)
	}
	return informer, registration.HasSynced, nil
}

// bare drops what nobody reads.
func bare(o any) (any, error) {
	if u, ok := o.(*unstructured.Unstructured); ok {
		u.SetManagedFields(nil)
		u.SetAnnotations(nil)
	}
	return o, nil
}

// take brings an exception into the ledger, unless its spec is known there.
func (x *Exceptions) take(o any) {
	u, ok := o.(*unstructured.Unstructured)
	if !ok {
		return
	}
	key := types.NamespacedName{Namespace: u.GetNamespace(), Name: u.GetName()}
	object, e, verdict := ReadException(u, x.Checks)
	x.mu.Lock()
	before := x.held[key]
	h := &held{object: object, verdict: verdict}
	news := before == nil || before.object.UID != object.UID || before.object.Generation != object.Generation
	if !news {
		h.use, h.told, h.toldVersion = before.use, before.told, before.toldVersion
	}
	x.held[key] = h
	if news {
		x.Ledger.SetException(e)
	}
	x.mu.Unlock()
	signal(x.moved)
	if news {
		signal(x.changed)
		x.complain(key, verdict)
	}
}

// complain names in the log what is not in force, but not without end.
func (x *Exceptions) complain(key types.NamespacedName, v Verdict) {
	if len(v.Rejected) == 0 {
		return
	}
	x.complaints.Do(func() {
		x.Log.Info("of an exception, something is not in force", "exception", key.String(),
			"field", v.Rejected[0].Field, "reason", v.Rejected[0].Message, "count", len(v.Rejected))
	})
}

// drop takes an exception that is gone out of the ledger.
func (x *Exceptions) drop(o any) {
	if last, ok := o.(cache.DeletedFinalStateUnknown); ok {
		o = last.Obj
	}
	u, ok := o.(*unstructured.Unstructured)
	if !ok {
		return
	}
	key := types.NamespacedName{Namespace: u.GetNamespace(), Name: u.GetName()}
	x.mu.Lock()
	delete(x.held, key)
	x.Ledger.DeleteException(key.Namespace, key.Name)
	x.mu.Unlock()
	signal(x.changed)
}

// ReadException compiles a MeshAuditException as the API server gives it. One
// whose spec does not decode silences nothing, and its spec is rejected.
func ReadException(
	u *unstructured.Unstructured, checks []analysis.Check,
) (*v1alpha1.MeshAuditException, findings.Exception, Verdict) {
	e, failure := decode[v1alpha1.MeshAuditException](u.Object)
	if e == nil {
		e = &v1alpha1.MeshAuditException{}
		e.SetResourceVersion(u.GetResourceVersion())
		e.SetUID(u.GetUID())
		e.SetGeneration(u.GetGeneration())
	}
	e.SetNamespace(u.GetNamespace())
	e.SetName(u.GetName())
	if failure != nil {
		rejected := []v1alpha1.Rejection{{Field: "spec", Message: failure.Error()}}
		return e, findings.Exception{Namespace: e.Namespace, Name: e.Name}, Verdict{Rejected: rejected}
	}
	compiled, verdict := CompileException(e, checks)
	return e, compiled, verdict
}
