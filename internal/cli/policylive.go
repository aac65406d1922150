package cli

import (
	"context"
	"io"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
)

// livePolicy is how the API server calls the kind.
var livePolicy = v1alpha1.GroupVersion.WithResource("meshauditpolicies")

// govern replaces the settings by those of the cluster's policy, unless the
// flags name one, so that the command line says what the operator says. A policy
// that cannot be read is a gap of the input, and the defaults hold; a cluster
// without the kind has none.
func (f *inputFlags) govern(
	ctx context.Context, d dynamic.Interface, exist func() bool, in *input, settings *policy.Settings, stderr io.Writer,
) error {
	if f.policy != "" {
		return nil
	}
	u, err := d.Resource(livePolicy).Get(ctx, v1alpha1.PolicyName, metav1.GetOptions{})
	if err != nil {
		if !apierrors.IsForbidden(err) || exist() {
			in.gap(livePolicy, "", err)
		}
		return nil
	}
	p, rejected := policy.ReadPolicy(u)
	*settings, err = f.compile(p, rejected, stderr)
	return err
}
