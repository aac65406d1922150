package cli

import (
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// comings is how often CRDs go and come back.
func comings() int {
	if everything() {
		return 10
	}
	return 2
}

// Istio and App Mesh are removed and installed again and again: at each time
// the reports are those of a fresh start in the same world.
func TestCRDsThatComeAndGo(t *testing.T) {
	const appMesh, gateways = "appmesh.k8s.aws", "gateways.networking.istio.io"
	w := newSamples(t)
	with := w.fresh(t)
	w.RemoveCRDs(t, appMesh, gateways)
	without := w.fresh(t)
	r := w.operate(t)
	w.waitForReports(t, without)
	for range comings() {
		w.InstallCRDs(t, appMesh, gateways)
		for _, o := range w.objects {
			if strings.HasPrefix(o.GetAPIVersion(), appMesh) || o.GetKind() == "Gateway" {
				w.applyObject(t, o.DeepCopy())
			}
		}
		w.waitForReports(t, with)
		w.RemoveCRDs(t, appMesh, gateways)
		w.waitForReports(t, without)
	}
	w.quiet(t, r)
}

// reportCRDs are those of the reports.
var reportCRDs = []string{"meshauditreports." + v1alpha1.GroupName, "clustermeshauditreports." + v1alpha1.GroupName}

func TestTheCRDsOfReportsChangeUnderTheOperator(t *testing.T) {
	w := newSamples(t)
	t.Cleanup(func() { w.InstallCRDs(t, reportCRDs...) })
	want := w.fresh(t)
	t.Run("they go and come back", func(t *testing.T) { w.removeOurs(t, want) })
	t.Run("a report goes with them unseen", w.removeUnseen)
	t.Run("they are old, and upgraded", func(t *testing.T) { w.upgradeOurs(t, want) })
}

// removeOurs: the reports go with their CRDs and come back with them, and the
// operator still knows since when things are wrong.
func (w *samples) removeOurs(t *testing.T, want state) {
	t.Helper()
	r := w.operate(t)
	r.settle(t)
	seen := w.firstSeen(t)
	for range comings() {
		w.RemoveCRDs(t, reportCRDs...)
		w.InstallCRDs(t, reportCRDs...)
		w.waitForReports(t, want)
	}
	w.quiet(t, r)
	seen.add(t, w.firstSeen(t))
}

// removeUnseen: a report is made while the watch of reports is down, and goes
// with its CRD before the watch is up again.
func (w *samples) removeUnseen(t *testing.T) {
	t.Helper()
	r := w.operate(t)
	r.settle(t)
	slow := late{make(chan struct{}), "meshaudit.io/meshauditreports"}
	r.through(slow.layer)
	r.cut()
	w.addNamespace(t, "sample-unseen")
	w.waitForFindings(t, "sample-unseen")
	r.settle(t)
	want := w.state(t)
	w.RemoveCRDs(t, reportCRDs...)
	w.InstallCRDs(t, reportCRDs...)
	close(slow.open)
	w.waitForReports(t, want)
	w.quiet(t, r)
}

// addNamespace makes one more that is audited.
func (w *samples) addNamespace(t *testing.T, name string) {
	t.Helper()
	w.applyText(t, "", "apiVersion: v1\nkind: Namespace\nmetadata: {name: "+name+"}")
	t.Cleanup(func() { w.endNamespace(t, name) })
}

// upgradeOurs: an older CRD drops fields that we write. They are missing, that
// is all; once the CRD is upgraded, they are there, without a restart.
func (w *samples) upgradeOurs(t *testing.T, want state) {
	t.Helper()
	w.RemoveCRDs(t, reportCRDs...)
	w.InstallCRD(t, olderCRDs(t)...)
	pruned := w.fresh(t)
	if strings.Contains(pruned["sample-mtls"], `"fix"`) || !strings.Contains(want["sample-mtls"], `"fix"`) {
		t.Error("the older CRD drops nothing")
	}
	r := w.operate(t)
	r.settle(t)
	seen := w.firstSeen(t)
	w.quiet(t, r)
	w.waitForReports(t, pruned)
	w.InstallCRDs(t, reportCRDs...)
	w.waitForReports(t, want)
	w.quiet(t, r)
	seen.add(t, w.firstSeen(t))
}

// olderCRDs lack fields that ours have.
func olderCRDs(t *testing.T) []*apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	older := envtesting.CRDs(t, reportCRDs...)
	for _, crd := range older {
		status := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["status"]
		finding := status.Properties["findings"].Items.Schema
		delete(finding.Properties, "fix")
		delete(finding.Properties, "equivalents")
		delete(status.Properties, "kinds")
	}
	return older
}
