package envtesting

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// RemoveCRDs deletes the CRDs of the names and their objects, and returns when
// they are gone.
func (e *Env) RemoveCRDs(tb testing.TB, names ...string) {
	tb.Helper()
	crds := CRDs(tb, names...)
	for _, crd := range crds {
		if err := client.IgnoreNotFound(e.Client.Delete(lasting(tb), crd)); err != nil {
			tb.Fatalf("delete the CRD %s: %v", crd.Name, err)
		}
	}
	WaitFor(tb, func() error {
		for _, crd := range crds {
			err := e.Client.Get(lasting(tb), client.ObjectKeyFromObject(crd), crd)
			if !apierrors.IsNotFound(err) {
				return errors.Join(fmt.Errorf("the CRD %s is still there", crd.Name), err, e.remind(tb, crd))
			}
		}
		return nil
	})
}

// remind makes the API server try again to end a CRD whose objects it could not
// list, as when it had not begun to store any. It does so by itself, but then
// often finds that its cache lacks what it wrote itself, and gives up for five
// minutes, unless something else of the CRD changes.
func (e *Env) remind(tb testing.TB, crd *apiextensionsv1.CustomResourceDefinition) error {
	tb.Helper()
	if !slices.ContainsFunc(crd.Status.Conditions, func(c apiextensionsv1.CustomResourceDefinitionCondition) bool {
		return c.Type == apiextensionsv1.Terminating && c.Reason == "InstanceDeletionFailed"
	}) {
		return nil
	}
	change := fmt.Sprintf(`{"metadata": {"annotations": {"reminded": %q}}}`, crd.ResourceVersion)
	return client.IgnoreNotFound(e.Client.Patch(lasting(tb), crd, client.RawPatch(types.MergePatchType, []byte(change))))
}
