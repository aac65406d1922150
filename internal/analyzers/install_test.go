package analyzers_test

import (
	"path/filepath"
	"testing"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/manifests"
)

// TestDefaultInstallation: what Istio's charts install, and Istio's samples in
// namespaces with sidecars (make render writes them), give no alarm: nothing of
// profile Core, and nothing above Info of profile Recommended. Neither as
// files, nor in a cluster in which nothing else is.
func TestDefaultInstallation(t *testing.T) {
	for name, files := range map[string][]string{
		"sidecar": {"sidecar.yaml"}, "ambient": {"ambient.yaml"}, "revisioned": {"revisioned.yaml"},
		"remote": {"remote.yaml"}, "samples": {"sidecar.yaml", "samples.yaml"},
	} {
		for i, file := range files {
			files[i] = filepath.Join("..", "..", "bin", "install", file)
		}
		f := fixture{file: name, set: manifests.Load(files, nil)}
		for _, e := range f.set.Errors {
			t.Error(&e)
		}
		t.Run(name+"/files", func(t *testing.T) { quiet(t, f, f.store()) })
		t.Run(name+"/live", func(t *testing.T) { quiet(t, f, live(f)) })
	}
}

// live is a cluster in which everything can be read, and Services are answered.
func live(f fixture) *inventory.Store {
	s := f.store()
	for _, row := range kinds.Rows() {
		s.SetState(row.Kind, "", inventory.Listed)
	}
	for service := range kinds.Services.All(s) {
		slice := &kinds.EndpointSlice{Service: service.Name, Ready: true}
		slice.Namespace, slice.Name = service.Namespace, service.Name
		s.Apply(&inventory.Object{Ref: kinds.EndpointSlices.Ref(slice.Namespace, slice.Name), Value: slice})
	}
	return s
}

func quiet(t *testing.T, f fixture, store *inventory.Store) {
	t.Helper()
	for _, r := range run(t, store, analyzers.All...) {
		for _, finding := range r.Findings {
			c := finding.Check
			taste := c.Opinion && !finding.Sensitive || finding.Severity == analysis.Info
			if c.Profile == analysis.Strict || c.Profile == analysis.Recommended && taste {
				continue
			}
			file, line, _ := f.set.Locate(finding.Subject, finding.Field)
			t.Errorf("%s:%d: %s on %s: %s", file, line, c.ID(), finding.Subject, finding.Message)
		}
	}
}
