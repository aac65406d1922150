package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/meshaudit/meshaudit/hack/controlplane/injector"
)

// egressConfiguration makes the API server reach Services by the stand-in.
const egressConfiguration = `apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: cluster
  connection:
    proxyProtocol: HTTPConnect
    transport:
      uds:
        udsName: %q
`

// configureEgress chooses the socket that the stand-in will listen on. It is in
// a folder of its own: the path of a socket must be short, the cluster's folder
// may have a long one.
func (c *Cluster) configureEgress(server *envtest.APIServer) error {
	dir, err := os.MkdirTemp("", "injector-")
	if err != nil {
		return fmt.Errorf("folder of the injector's socket: %w", err)
	}
	c.cleanup(func() error { return os.RemoveAll(dir) })
	c.socket = filepath.Join(dir, "socket")
	path := filepath.Join(c.dir, "egress.yaml")
	if err := os.WriteFile(path, fmt.Appendf(nil, egressConfiguration, c.socket), 0o644); err != nil {
		return fmt.Errorf("egress configuration: %w", err)
	}
	server.Configure().Set("egress-selector-config-file", path)
	return nil
}

// startInjector starts the stand-in and watches for the webhook configurations
// of Istio and App Mesh, so that whatever applies them finds a server.
func (c *Cluster) startInjector(ctx context.Context, o Options) (err error) {
	if !o.Injector {
		return nil
	}
	if c.injector, err = injector.Start(ctx, injector.Options{Socket: c.socket, Reader: c.Client}); err != nil {
		return err
	}
	c.cleanup(c.injector.Stop)
	return c.watchWebhooks(ctx)
}
