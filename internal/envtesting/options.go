package envtesting

import (
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// Options are what one control plane has and others have not.
type Options struct {
	// EtcdArgs and APIServerArgs are flags by their names without dashes. They
	// take the place of what this package, or the program, would have chosen.
	EtcdArgs, APIServerArgs map[string][]string
	// DataDir is the folder of what etcd stores, made if need be. It outlives
	// the control plane, so that another one may go on with it. Without it,
	// all is gone in the end.
	DataDir string
}

func (o Options) set(etcd, server *envtest.Arguments) {
	for name, values := range o.EtcdArgs {
		etcd.Set(name, values...)
	}
	for name, values := range o.APIServerArgs {
		server.Set(name, values...)
	}
}

// Kubeconfig is the text of a kubeconfig file with the access of Config.
func (e *Env) Kubeconfig() []byte { return e.plane.KubeConfig }
