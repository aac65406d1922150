// Package cluster runs a Kubernetes control plane on this machine: etcd and
// kube-apiserver through envtest and, if wanted, the controllers, the
// scheduler and simulated nodes, so that workloads become Ready Pods.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
	"github.com/meshaudit/meshaudit/hack/controlplane/injector"
)

// Options of Start. The zero value starts etcd and kube-apiserver alone.
type Options struct {
	// Dir keeps certificates, logs and data. A temporary folder, which Stop
	// removes, when empty. What an earlier cluster left in it is not read.
	Dir string
	// BinDir holds the binaries; bin/controlplane of the repository when
	// empty. Missing ones are built.
	BinDir string
	// KubeconfigPath is where the administrator's kubeconfig is written to,
	// kubeconfig in Dir when empty.
	KubeconfigPath string
	// Controllers starts kube-controller-manager, kube-scheduler and kwok.
	Controllers bool
	// Nodes is the number of simulated nodes, 3 when 0; they need Controllers.
	Nodes int
	// Injector starts the stand-in for the sidecar injectors: it answers for
	// the Services of Istio and App Mesh as soon as webhooks call them.
	Injector bool
	// CRDs are installed before the controllers start: see InstallCRDs.
	CRDs []string
	// Output is told the progress of building; nobody when nil.
	Output io.Writer
}

// Cluster is a running control plane.
type Cluster struct {
	// RESTConfig and KubeconfigPath give access as system:masters.
	RESTConfig     *rest.Config
	KubeconfigPath string
	// Client reads and writes without a cache.
	Client client.Client

	dir, binDir string
	injector    *injector.Server // nil unless Options.Injector is set
	socket      string           // that it listens on
	env         *envtest.Environment
	guard       *guard
	clientset   kubernetes.Interface
	processes   []*process
	cleanups    []func() error
}

// Start starts a control plane and returns when it is ready. The context
// bounds starting, not the cluster's life, which Stop ends; should this
// process end without Stop, the components are killed.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	c := &Cluster{}
	if err := c.start(ctx, o); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context, o Options) error {
	for _, step := range []func(context.Context, Options) error{
		c.prepareDir, c.ensureBinaries, c.startGuard, c.startAPIServer, c.writeKubeconfig,
		c.installGivenCRDs, c.startInjector, c.startControllers,
	} {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("start the control plane: %w", err)
		}
		if err := step(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends everything that Start started, in the reverse order, and returns
// when nothing runs any more. It may be called more than once.
func (c *Cluster) Stop() error {
	var errs []error
	for len(c.cleanups) > 0 {
		last := len(c.cleanups) - 1
		errs = append(errs, c.cleanups[last]())
		c.cleanups = c.cleanups[:last]
	}
	return errors.Join(errs...)
}

// Wait returns nil when the context ends, or an error as soon as one of the
// components, those of Run included, ends by itself.
func (c *Cluster) Wait(ctx context.Context) error {
	ended := make(chan *process, len(c.processes))
	for _, p := range c.processes {
		go func() {
			select {
			case <-p.done:
				ended <- p
			case <-ctx.Done():
			}
		}()
	}
	select {
	case p := <-ended:
		return p.failure("ended by itself")
	case <-ctx.Done():
		return nil
	}
}

func (c *Cluster) cleanup(f func() error) {
	c.cleanups = append(c.cleanups, f)
}

func (c *Cluster) ensureBinaries(ctx context.Context, o Options) (err error) {
	names := []string{binaries.Etcd, binaries.KubeAPIServer, binaries.Kubectl}
	if o.Controllers {
		names = append(names, binaries.KubeControllerManager, binaries.KubeScheduler, binaries.Kwok)
	}
	c.binDir, err = binaries.Ensure(ctx, binaries.Options{Dir: o.BinDir, Names: names, Output: o.Output})
	return err
}
