package envtesting

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// startTimeout is generous since other builds may share the machine's cores.
const startTimeout = 2 * time.Minute

// Env is a running control plane.
type Env struct {
	// Config gives access as system:masters. It must not be changed.
	Config *rest.Config
	// Client reads and writes without a cache, and knows Kubernetes' own kinds,
	// CRDs and unstructured objects.
	Client client.WithWatch

	plane *envtest.Environment
	dir   string
}

// Launch starts a control plane for a program, which must close it; a test
// calls [Start]. It waits two minutes at most, and ends with the program if
// that gives it no chance to close it.
func Launch(o Options) (*Env, error) {
	e := &Env{}
	if err := e.start(o); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func (e *Env) start(o Options) error {
	if err := e.prepare(o); err != nil {
		return err
	}
	config, err := e.plane.Start()
	if err != nil {
		return fmt.Errorf("start etcd and kube-apiserver: %w", err)
	}
	e.Config = config
	s := runtime.NewScheme()
	if err := errors.Join(scheme.AddToScheme(s), apiextensionsv1.AddToScheme(s)); err != nil {
		return fmt.Errorf("scheme: %w", err)
	}
	if e.Client, err = client.NewWithWatch(config, client.Options{Scheme: s}); err != nil {
		return fmt.Errorf("client: %w", err)
	}
	return nil
}

// prepare takes a folder of our own for data and certificates: with envtest's,
// an API server could not be restarted with the certificates that it had.
func (e *Env) prepare(o Options) error {
	bin, err := binaries()
	if err != nil {
		return err
	}
	if e.dir, err = os.MkdirTemp("", "envtesting-"); err != nil {
		return fmt.Errorf("folder of the control plane: %w", err)
	}
	existing := false
	e.plane = &envtest.Environment{
		UseExistingCluster:       &existing,
		ControlPlaneStartTimeout: startTimeout, ControlPlaneStopTimeout: startTimeout,
	}
	e.plane.ControlPlane.KubectlPath = filepath.Join(bin, "kubectl")
	etcd := &envtest.Etcd{DataDir: cmp.Or(o.DataDir, filepath.Join(e.dir, "data"))}
	e.plane.ControlPlane.Etcd = etcd
	server := e.plane.ControlPlane.GetAPIServer()
	server.CertDir = filepath.Join(e.dir, "certificates")
	o.set(etcd.Configure(), server.Configure())
	for _, dir := range []string{etcd.DataDir, server.CertDir} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("folder of the control plane: %w", err)
		}
	}
	if server.Path, err = watched(e.dir, filepath.Join(bin, "kube-apiserver")); err != nil {
		return err
	}
	etcd.Path, err = watched(e.dir, filepath.Join(bin, "etcd"))
	return err
}

// Close ends the control plane and removes what it stored, unless the options
// named a folder for that.
func (e *Env) Close() error {
	var err error
	if e.plane != nil {
		err = e.plane.Stop()
	}
	return errors.Join(err, os.RemoveAll(e.dir))
}

// StopAPIServer ends the API server and gives the function that starts it
// again, at the same address and with the same certificates. What was stored
// is kept. The test's end starts it, if the test did not.
func (e *Env) StopAPIServer(tb testing.TB) (restart func()) {
	tb.Helper()
	server := e.plane.ControlPlane.GetAPIServer()
	if err := server.Stop(); err != nil {
		tb.Fatalf("stop the API server: %v", err)
	}
	stopped := true
	restart = func() {
		if !stopped {
			return
		}
		stopped = false
		if err := server.Start(); err != nil {
			tb.Fatalf("start the API server again: %v", err)
		}
	}
	tb.Cleanup(restart)
	return restart
}

// Namespace makes a namespace for the test. It stays: without controllers, no
// namespace is ever gone.
func (e *Env) Namespace(tb testing.TB) string {
	tb.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}
	if err := e.Client.Create(tb.Context(), ns); err != nil {
		tb.Fatalf("create a namespace: %v", err)
	}
	return ns.Name
}
