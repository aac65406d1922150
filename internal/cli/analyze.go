package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/output"
)

// analyzeFlags are the words of the command line.
type analyzeFlags struct {
	inputFlags

	failOn string
	output string
}

// inputFlags name what is audited, and how.
type inputFlags struct {
	files        []string
	kubeconfig   string
	context      string
	namespaces   []string
	meshConfig   string
	meshNetworks string
	root         string
	policy       string
	profile      string
	checks       []string
	exceptions   []string
	system       string
	partial      bool
	aws          bool
	awsSnapshot  string
	awsFlags     awsFlags
}

const analyzeLong = `Audit manifests or a live cluster, once.

With --file no cluster is contacted. Kinds that nobody commits (webhook
configurations, the mesh's ConfigMaps, EndpointSlices, Nodes, Secrets) are off
unless one is given; with --partial, so is every kind without an object. AWS is
off without --aws or --aws-snapshot.

MeshAuditExceptions silence findings: those of the cluster or among the files,
and those of --exceptions, which replace others of their name. What is silenced
is still listed, and does not count.

Exit codes: 0 nothing at or above --fail-on; 1 internal error; 2 bad usage;
3 findings at or above --fail-on; 4 something could not be read or evaluated.`

func newAnalyzeCommand(s Streams) *cobra.Command {
	f := &analyzeFlags{}
	c := &cobra.Command{
		Use:   "analyze",
		Short: "Audit files or a live cluster, once",
		Long:  analyzeLong,
		Example: `  meshaudit analyze                          # the cluster of your kubeconfig
  meshaudit analyze --namespace shop
  meshaudit analyze --file manifests/ --fail-on medium
  helm template . | meshaudit analyze --file - --output json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return analyze(c.Context(), s, f) },
	}
	f.register(c)
	return c
}

func (f *analyzeFlags) register(c *cobra.Command) {
	f.inputFlags.register(c.Flags())
	c.Flags().StringVar(&f.failOn, "fail-on", "high", "lowest severity that makes the exit code 3")
	c.Flags().StringVarP(&f.output, "output", "o", "table", strings.Join(output.Formats, " or "))
}

func (f *inputFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&f.files, "file", "f", nil, "file, directory or - for standard input; repeatable")
	flags.StringVar(&f.kubeconfig, "kubeconfig", "", "kubeconfig of the cluster (default: as kubectl finds it)")
	flags.StringVar(&f.context, "context", "", "context of the kubeconfig")
	flags.StringArrayVarP(&f.namespaces, "namespace", "n", nil, "report on this namespace alone; repeatable")
	flags.StringVar(&f.meshConfig, "mesh-config", "", "file with a bare MeshConfig; needs --file")
	flags.StringVar(&f.meshNetworks, "mesh-networks", "", "file with bare MeshNetworks; needs --file")
	flags.StringVar(&f.root, "root-namespace", "", "where the mesh is configured (default istio-system)")
	flags.StringVar(&f.policy, "policy", "", "file with a MeshAuditPolicy (default: the cluster's, if one is audited)")
	flags.StringVar(&f.profile, "profile", "", "Core, Recommended or Strict (default: the policy's, else Recommended)")
	flags.StringArrayVar(&f.checks, "checks", nil, "run the checks whose ID matches this pattern; repeatable")
	flags.StringArrayVar(&f.exceptions, "exceptions", nil, "file or directory with MeshAuditExceptions; repeatable")
	flags.StringVar(&f.system, "operator-namespace", defaultSystem,
		"whose exceptions may name subjects of the cluster's report")
	flags.BoolVar(&f.aws, "aws", false, "read App Mesh in AWS, too, with the credentials of the environment")
	flags.StringVar(&f.awsSnapshot, "aws-snapshot", "", "file that meshaudit aws-snapshot wrote, in place of AWS")
	f.awsFlags.register(flags, "aws-")
	flags.BoolVar(&f.partial, "partial", false, "the files are a part: a kind without an object is off, not empty")
}

// validate gives the lowest severity that fails.
func (f *analyzeFlags) validate() (analysis.Severity, error) {
	failOn, err := analysis.ParseSeverity(f.failOn)
	if err != nil {
		return 0, usage("--fail-on: %s", err)
	}
	if !slices.Contains(output.Formats, f.output) {
		return 0, usage("--output: unknown format %q, want %s", f.output, strings.Join(output.Formats, " or "))
	}
	return failOn, nil
}

// selected gives the checks that the flags choose.
func (f *inputFlags) selected() ([]analysis.Check, error) {
	if f.profile != "" {
		if _, err := analysis.ParseProfile(f.profile); err != nil {
			return nil, usage("--profile: %s", err)
		}
	}
	chosen := analyzers.All
	if len(f.checks) > 0 {
		var err error
		if chosen, err = matching(f.checks); err != nil {
			return nil, err
		}
	}
	return chosen, f.conflicts()
}

// conflicts finds flags that say nothing together.
func (f *inputFlags) conflicts() error {
	if err := f.awsFlags.validate("aws-"); err != nil {
		return err
	}
	live, files := f.kubeconfig != "" || f.context != "", len(f.files) > 0
	switch {
	case live && files:
		return usage("--file and --kubeconfig or --context exclude each other: with --file no cluster is contacted")
	case f.aws && f.awsSnapshot != "":
		return usage("--aws and --aws-snapshot exclude each other: AWS is read either now or from the file")
	case !files && (f.meshConfig != "" || f.meshNetworks != "" || f.partial):
		return usage("--mesh-config, --mesh-networks and --partial need --file: a cluster has its own")
	}
	return nil
}

func matching(patterns []string) ([]analysis.Check, error) {
	var out []analysis.Check
	for _, p := range patterns {
		before := len(out)
		for _, c := range analyzers.All {
			if findings.Match(p, c.ID()) {
				out = append(out, c)
			}
		}
		if len(out) == before {
			return nil, usage("--checks: %q matches no check; meshaudit checks lists them", p)
		}
	}
	slices.SortFunc(out, func(a, b analysis.Check) int { return strings.Compare(a.ID(), b.ID()) })
	return slices.CompactFunc(out, func(a, b analysis.Check) bool { return a.ID() == b.ID() }), nil
}

// verdict turns a report into the way the program ends.
func verdict(r *output.Report, failOn analysis.Severity) error {
	switch {
	case r.Worst() >= failOn:
		return &exit{code: exitFindings}
	case !r.Complete():
		return &exit{code: exitIncomplete, message: fmt.Sprintf("incomplete: %s could not be read or evaluated", gaps(r))}
	}
	return nil
}

func gaps(r *output.Report) string {
	var parts []string
	if n := len(r.Errors); n > 0 {
		parts = append(parts, fmt.Sprintf("%d part(s) of the input", n))
	}
	n := 0
	for i := range r.NotEvaluated {
		if r.NotEvaluated[i].Incomplete() {
			n++
		}
	}
	if n > 0 {
		parts = append(parts, fmt.Sprintf("%d check(s)", n))
	}
	return strings.Join(parts, " and ")
}
