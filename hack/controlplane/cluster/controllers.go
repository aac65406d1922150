package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
)

func (c *Cluster) startControllers(ctx context.Context, o Options) error {
	if !o.Controllers {
		return nil
	}
	for _, step := range []func(context.Context) error{c.startControllerManager, c.startScheduler, c.startKwok} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := c.createNodes(ctx, o.Nodes); err != nil {
		return err
	}
	return c.waitDefaultServiceAccount(ctx)
}

func (c *Cluster) startControllerManager(ctx context.Context) error {
	rootCA := c.certPath("ca.crt")
	if err := os.WriteFile(rootCA, c.RESTConfig.CAData, 0o644); err != nil {
		return fmt.Errorf("root certificate: %w", err)
	}
	health, err := FreeURL(ctx, "https")
	if err != nil {
		return err
	}
	return c.run(ctx, binaries.KubeControllerManager, health, append(c.commonArgs(health.Port()),
		"--root-ca-file="+rootCA,
		"--service-account-private-key-file="+c.certPath("sa-signer.key"),
		"--service-cluster-ip-range="+serviceClusterIPRange)...)
}

func (c *Cluster) startScheduler(ctx context.Context) error {
	health, err := FreeURL(ctx, "https")
	if err != nil {
		return err
	}
	return c.run(ctx, binaries.KubeScheduler, health, c.commonArgs(health.Port())...)
}

// commonArgs are those of the controller manager and the scheduler alike.
// There is one of each, so nobody needs to be elected; both serve with the
// API server's certificate, which clients can verify.
func (c *Cluster) commonArgs(port string) []string {
	return []string{
		"--kubeconfig=" + c.KubeconfigPath,
		"--authentication-kubeconfig=" + c.KubeconfigPath,
		"--authorization-kubeconfig=" + c.KubeconfigPath,
		"--bind-address=127.0.0.1",
		"--secure-port=" + port,
		"--tls-cert-file=" + c.certPath("apiserver.crt"),
		"--tls-private-key-file=" + c.certPath("apiserver.key"),
		"--leader-elect=false",
		"--kube-api-qps=200",
		"--kube-api-burst=400",
	}
}

func (c *Cluster) certPath(name string) string {
	return filepath.Join(c.dir, certsDir, name)
}

// waitDefaultServiceAccount waits for what pods in the default namespace need
// to be admitted: until then creating one fails.
func (c *Cluster) waitDefaultServiceAccount(ctx context.Context) error {
	key := client.ObjectKey{Namespace: corev1.NamespaceDefault, Name: "default"}
	poll := func(ctx context.Context) (bool, error) {
		err := c.Client.Get(ctx, key, &corev1.ServiceAccount{})
		return err == nil, client.IgnoreNotFound(err)
	}
	if err := wait.PollUntilContextTimeout(ctx, pollInterval, startTimeout, true, poll); err != nil {
		return fmt.Errorf("wait for the default ServiceAccount: %w\n%s", err, c.LogTail(binaries.KubeControllerManager))
	}
	return nil
}

// create creates the object unless it is there.
func (c *Cluster) create(ctx context.Context, object client.Object) error {
	if err := c.Client.Create(ctx, object); err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("create %T %s: %w", object, object.GetName(), err)
	}
	return nil
}
