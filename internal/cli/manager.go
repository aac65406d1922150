package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"

	openreports "github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	"github.com/spf13/cobra"
	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// leaseName is the name of the leader's Lease.
const leaseName = "meshaudit"

// managerFlags are the words of the command line.
type managerFlags struct {
	kubeconfig     string
	context        string
	leaderElect    bool
	leaseNamespace string
	metricsAddress string
	metricsSecure  bool
	probeAddress   string
	pprofAddress   string
	timing         timing
	log            zap.Options
}

func newManagerCommand() *cobra.Command {
	f := &managerFlags{log: zap.Options{TimeEncoder: zapcore.RFC3339TimeEncoder}}
	c := &cobra.Command{
		Use:   "manager",
		Short: "Run the operator, which audits a cluster continuously",
		Long: `Run the operator: watch the cluster, evaluate what changes, and keep
MeshAuditReports, the ClusterMeshAuditReport and metrics up to date.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c.Context()) },
	}
	f.register(c)
	return c
}

func (f *managerFlags) register(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.kubeconfig, "kubeconfig", "",
		"kubeconfig of the cluster (default: as kubectl finds it, else the cluster around)")
	flags.StringVar(&f.context, "context", "", "context of the kubeconfig")
	flags.BoolVar(&f.leaderElect, "leader-elect", false, "let only one of several replicas write")
	flags.StringVar(&f.leaseNamespace, "leader-election-namespace", "",
		"namespace of the Lease (default: the operator's own)")
	flags.StringVar(&f.metricsAddress, "metrics-bind-address", ":8443", "address of the metrics, 0 for none")
	flags.BoolVar(&f.metricsSecure, "metrics-secure", true, "serve metrics by https, to those who may get /metrics")
	flags.StringVar(&f.probeAddress, "health-probe-bind-address", ":8081", "address of /healthz and /readyz, 0 for none")
	flags.StringVar(&f.pprofAddress, "pprof-bind-address", "", "address of the profiles (default: none)")
	f.timing.register(flags)
	logging := flag.NewFlagSet("log", flag.ContinueOnError)
	f.log.BindFlags(logging)
	flags.AddGoFlagSet(logging)
}

// run is the operator's life; it ends with ctx.
func (f *managerFlags) run(ctx context.Context) error {
	log := zap.New(zap.UseFlagOptions(&f.log))
	log = log.WithSink(calm{log.GetSink()})
	ctrl.SetLogger(log)
	klog.SetLogger(log)
	config, err := restConfig(f.kubeconfig, f.context, f.timing.patience)
	if err != nil {
		return usage("no cluster to audit: %s; name one with --kubeconfig", err)
	}
	// Without a limit of its own: the API server's priority and fairness, and
	// the limits on writing, are enough.
	config.QPS = -1
	config.UserAgent = "meshaudit/" + Version
	m, err := f.manager(config)
	if err != nil {
		return fmt.Errorf("set up the manager: %w", err)
	}
	o, err := newOperator(ctx, config, m, f.system(), f.timing, log)
	if err != nil {
		return fmt.Errorf("set up the operator: %w", err)
	}
	defer o.close()
	log.Info("starting", "version", Version)
	if err := start(ctx, m); err != nil {
		return fmt.Errorf("run the operator: %w", err)
	}
	return nil
}

func (f *managerFlags) manager(config *rest.Config) (ctrl.Manager, error) {
	types := runtime.NewScheme()
	if err := errors.Join(scheme.AddToScheme(types), v1alpha1.AddToScheme(types), openreports.Install(types)); err != nil {
		return nil, err
	}
	serving := metricsserver.Options{BindAddress: f.metricsAddress, SecureServing: f.metricsSecure}
	if f.metricsSecure {
		serving.FilterProvider = filters.WithAuthenticationAndAuthorization
	}
	patience := stopping
	m, err := ctrl.NewManager(config, ctrl.Options{
		Scheme: types, NewClient: direct, Metrics: serving,
		HealthProbeBindAddress: f.probeAddress, PprofBindAddress: f.pprofAddress,
		LeaderElection: f.leaderElect, LeaderElectionID: leaseName, LeaderElectionNamespace: f.leaseNamespace,
		LeaderElectionReleaseOnCancel: true, // the process ends with the manager
		GracefulShutdownTimeout:       &patience,
	})
	if err != nil {
		return nil, err
	}
	return m, m.AddHealthzCheck("ping", healthz.Ping)
}

// direct makes a client that reads without a cache.
func direct(config *rest.Config, o client.Options) (client.Client, error) {
	o.Cache = nil
	return client.New(config, o)
}

// ready tells a probe whether everything was evaluated once.
func ready(settled func() bool) healthz.Checker {
	return func(*http.Request) error {
		if !settled() {
			return errors.New("not everything has been evaluated yet")
		}
		return nil
	}
}
