package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/ingest"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests"
	"github.com/meshaudit/meshaudit/internal/manifests/yamljson"
)

// settings compiles the policy of the flags.
func (f *inputFlags) settings(stderr io.Writer) (policy.Settings, error) {
	p, err := f.readPolicy()
	if err != nil {
		return policy.Settings{}, err
	}
	return f.compile(p, nil, stderr)
}

// compile makes settings of a policy and the other flags. What of it is not in
// force is told, as the operator does in the policy's status.
func (f *inputFlags) compile(
	p *v1alpha1.MeshAuditPolicy, rejected []v1alpha1.Rejection, stderr io.Writer,
) (s policy.Settings, err error) {
	s, verdict := policy.Compile(p, analyzers.All)
	for _, r := range append(rejected, verdict.Rejected...) {
		fmt.Fprintf(stderr, "policy: %s is ignored: %s\n", r.Field, r.Message)
	}
	for _, pattern := range verdict.Unmatched {
		fmt.Fprintf(stderr, "policy: %q matches no check\n", pattern)
	}
	if f.profile != "" {
		if s.Findings.Profile, err = analysis.ParseProfile(f.profile); err != nil {
			return s, usage("--profile: %s", err)
		}
	}
	if f.root != "" {
		s.Mesh.RootNamespace, s.Mesh.RootGiven = f.root, true
	}
	return s, nil
}

func (f *inputFlags) readPolicy() (*v1alpha1.MeshAuditPolicy, error) {
	if f.policy == "" {
		return nil, nil
	}
	text, err := os.ReadFile(f.policy)
	if err != nil {
		return nil, usage("--policy: %s", err)
	}
	p := &v1alpha1.MeshAuditPolicy{}
	if err := yaml.UnmarshalStrict(text, p); err != nil {
		return nil, usage("--policy: %s: %s", f.policy, strings.TrimPrefix(err.Error(), "error unmarshaling JSON: "))
	}
	if len(yamljson.Split(text)) > 1 {
		return nil, usage("--policy: %s holds several documents, want one MeshAuditPolicy", f.policy)
	}
	if version := v1alpha1.GroupVersion.String(); p.Kind == "MeshAuditPolicy" && p.APIVersion != version {
		return nil, usage("--policy: %s has apiVersion %q, want %s", f.policy, p.APIVersion, version)
	}
	if p.Kind != "MeshAuditPolicy" {
		return nil, usage("--policy: %s holds kind %q, want MeshAuditPolicy", f.policy, p.Kind)
	}
	return p, nil
}

// load reads the files.
func (f *inputFlags) load(s Streams, settings *policy.Settings) input {
	set := manifests.Load(f.files, s.In)
	set.AddMesh(settings.Mesh.RootNamespace, f.meshConfig, f.meshNetworks)
	settings.Mesh.ChartGateways = true
	if !slices.ContainsFunc(set.Objects, isMeshConfig) {
		settings.Mesh.RootGiven = true // by the flag's default: nothing says otherwise
	}
	tellSkipped(s.Err, set.Skipped)
	if len(set.Objects)+len(set.Errors)+len(set.Skipped) == 0 {
		set.Errors = append(set.Errors, manifests.Error{File: strings.Join(f.files, ", "), Message: "no object to audit"})
	}
	in := input{batch: set.Batch(f.partial), set: set, errors: set.Errors, objects: len(set.Objects)}
	for i := range set.Exceptions {
		e, problem := readException(&set.Exceptions[i])
		if problem == nil {
			problem = in.exceptions.add(e)
		}
		if problem != nil {
			in.errors = append(in.errors, *problem)
		}
	}
	return in
}

// snapshot reads a live cluster once.
func (f *inputFlags) snapshot(ctx context.Context, s Streams, settings *policy.Settings) (input, error) {
	config, err := restConfig(f.kubeconfig, f.context, defaultPatience)
	if err != nil {
		return input{}, usage("no cluster to audit: %s; name files with --file, or a cluster with --kubeconfig", err)
	}
	d, err := dynamic.NewForConfig(config)
	if err != nil {
		return input{}, fmt.Errorf("read the cluster's policy and exceptions: %w", err)
	}
	in, exist := input{}, installed(config)
	if err := f.govern(ctx, d, exist, &in, settings, s.Err); err != nil {
		return in, err
	}
	options := ingest.Options{Config: config, Namespaces: f.namespaces, ConfigMaps: settings.ConfigMaps}
	if settings.Secrets {
		options.Enabled = []inventory.Kind{kinds.Secrets.Name}
	}
	batch, problems, err := ingest.Snapshot(ctx, options)
	if err != nil {
		return input{}, err
	}
	for _, p := range problems {
		fmt.Fprintln(s.Err, "cannot read", p.Error())
	}
	in.batch, in.objects = batch, len(batch.Objects)
	in.listExceptions(ctx, d, exist, f.namespaces)
	return in, nil
}

// tellSkipped names the kinds that no check reads, since a user may expect one.
func tellSkipped(w io.Writer, skipped map[string]int) {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(skipped)) {
		parts = append(parts, fmt.Sprintf("%d %s", skipped[k], k))
	}
	if len(parts) > 0 {
		fmt.Fprintln(w, "not audited:", strings.Join(parts, ", "))
	}
}

func isMeshConfig(o *inventory.Object) bool {
	return o.Ref.Kind == kinds.ConfigMaps.Name && kinds.OfMesh(o)
}
