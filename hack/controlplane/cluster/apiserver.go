package cluster

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
)

const serviceClusterIPRange = "10.96.0.0/16"

const (
	startTimeout = 2 * time.Minute // generous: other builds may share the machine's cores
	pollInterval = 100 * time.Millisecond
)

func (c *Cluster) startAPIServer(_ context.Context, o Options) error {
	if err := c.configureEnv(o); err != nil {
		return err
	}
	// Stop also after a failure: what had been started by then must end.
	c.cleanup(c.env.Stop)
	config, err := c.env.Start()
	if err != nil {
		return fmt.Errorf("start etcd and kube-apiserver: %w\n%s\n%s",
			err, c.LogTail(binaries.Etcd), c.LogTail(binaries.KubeAPIServer))
	}
	c.RESTConfig = config
	if c.clientset, err = kubernetes.NewForConfig(config); err != nil {
		return fmt.Errorf("client: %w", err)
	}
	if c.Client, err = client.New(config, client.Options{Scheme: scheme.Scheme}); err != nil {
		return fmt.Errorf("client: %w", err)
	}
	return nil
}

// configureEnv leaves certificates, users and arguments to envtest's defaults
// except where a cluster with controllers differs from a bare API server.
func (c *Cluster) configureEnv(o Options) error {
	c.env = &envtest.Environment{
		UseExistingCluster:       new(false),
		ControlPlaneStartTimeout: startTimeout,
		ControlPlaneStopTimeout:  time.Minute,
	}
	c.env.ControlPlane.Etcd = &envtest.Etcd{DataDir: filepath.Join(c.dir, etcdDir)}
	c.env.ControlPlane.KubectlPath = filepath.Join(c.binDir, binaries.Kubectl)
	if err := c.configureEtcd(c.env.ControlPlane.Etcd); err != nil {
		return err
	}
	return c.configureAPIServer(c.env.ControlPlane.GetAPIServer(), o)
}

func (c *Cluster) configureEtcd(etcd *envtest.Etcd) (err error) {
	if etcd.Path, err = c.guard.script(binaries.Etcd, filepath.Join(c.binDir, binaries.Etcd)); err != nil {
		return err
	}
	log, err := c.openLog(binaries.Etcd)
	if err != nil {
		return err
	}
	etcd.Out, etcd.Err = log, log
	return nil
}

func (c *Cluster) configureAPIServer(server *envtest.APIServer, o Options) (err error) {
	binary := filepath.Join(c.binDir, binaries.KubeAPIServer)
	if server.Path, err = c.guard.script(binaries.KubeAPIServer, binary); err != nil {
		return err
	}
	log, err := c.openLog(binaries.KubeAPIServer)
	if err != nil {
		return err
	}
	server.Out, server.Err = log, log
	server.CertDir = filepath.Join(c.dir, certsDir)
	server.Configure().Set("service-cluster-ip-range", serviceClusterIPRange)
	if o.Controllers {
		// envtest disables the ServiceAccount plugin as nobody makes the
		// accounts without controllers; with them it is part of admission.
		server.Configure().Disable("disable-admission-plugins")
	}
	if o.Injector {
		return c.configureEgress(server)
	}
	return nil
}

// FreeURL returns a URL on the loopback interface with a port nobody has.
func FreeURL(ctx context.Context, scheme string) (*url.URL, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("free port: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		return nil, fmt.Errorf("free port: %w", err)
	}
	return &url.URL{Scheme: scheme, Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/healthz"}, nil
}
