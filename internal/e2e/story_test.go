package e2e

import (
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// TestStory is what somebody on call sees of one mistake, from the apply that
// makes it to the one that mends it.
func TestStory(t *testing.T) {
	w := newWorld(t)

	// Installed as the README says, with OpenReports switched on, beside a shop
	// whose workloads demand mutual TLS.
	w.InstallCRDs(t, "networking.istio.io", "security.istio.io", "openreports.io")
	w.kubectl(t, "apply -k config/default")
	w.kubectl(t, "apply -k config/openreports")
	w.kubectl(t, "wait --for=condition=Established --timeout=60s crd -l app.kubernetes.io/name=meshaudit")
	w.apply(t, policy, shop, ledger, strict)
	w.startOperator(t)
	w.startPrometheus(t)
	w.kubectl(t, "-n shop wait --for=create --timeout=180s meshauditreport/mesh-audit")
	w.kubectl(t, "-n shop wait --for=condition=Complete --timeout=180s meshauditreport/mesh-audit")
	w.shows(t, report, "{.status.summary.critical}", "0")
	w.counts(t, `meshaudit_findings{namespace="shop", severity="Critical"}`, 0)
	w.is(t, criticalFinding, inactive)

	// Somebody switches TLS off for the clients. All look elsewhere, and all see it.
	w.apply(t, plainText)
	w.shows(t, report, "{.status.summary.critical}", "1")
	w.shows(t, report, finding("check"), "mtls/modeconflict")
	w.counts(t, `meshaudit_findings{namespace="shop", severity="Critical"}`, 1)
	w.is(t, criticalFinding, firing)
	w.counts(t, `meshaudit_findings_opened_total{severity="Critical"}`, 1)
	w.shows(t, eventsOfShop, `{.items[?(@.type=="Warning")].reason}`, "MeshAuditFinding")
	w.shows(t, openReport, result("result"), "fail")
	w.prints(t, "-n shop describe destinationrule ledger", "MeshAuditFinding", "mtls/modeconflict: clients get mode DISABLE")
	w.prints(t, "-n shop describe meshauditreport", "Message:", "clients get mode DISABLE", "Fix:", "Take the TLS mode out")

	// It is known, and accepted for an hour: as the runbook of the alert says.
	w.kubectlIn(t, w.exceptionOfRunbook(t, time.Hour), "apply -f -")
	w.shows(t, report, "{.status.summary.critical} {.status.summary.suppressed}", "0 1")
	w.shows(t, report, finding("suppressedBy"), "shop/known")
	w.shows(t, exception, "{.status.state} {.status.matched}", "Active 1")
	w.shows(t, openReport, result("result"), "skip")
	w.counts(t, `meshaudit_suppressed_findings{namespace="shop"}`, 1)
	w.counts(t, `meshaudit_exceptions{state="Active"}`, 1)
	w.is(t, criticalFinding, inactive)
	w.prints(t, "get meshaudit -A", "meshauditexception.meshaudit.io/known", "Active", "clustermeshauditreport.meshaudit.io/mesh-audit")

	// The exception ends some seconds later, and it counts again.
	w.kubectl(t, `-n shop patch meshauditexception known --type=merge -p '{"spec":{"expiresAt":"`+w.in(5*time.Second)+`"}}'`)
	w.shows(t, exception, "{.status.state} {.status.matched}", "Expired 0")
	w.shows(t, report, "{.status.summary.critical} {.status.summary.suppressed}", "1 0")
	w.shows(t, report, finding("suppressedBy"), "")
	w.shows(t, openReport, result("result"), "fail")
	w.counts(t, `meshaudit_exceptions{state="Expired"}`, 1)
	w.is(t, criticalFinding, firing)

	// It is mended. What was there is told, and nothing is left.
	w.kubectl(t, "-n shop delete destinationrule ledger")
	w.shows(t, report, "{.status.summary.critical}", "0")
	w.shows(t, report, "{.status.resolved[*].check}", "mtls/modeconflict")
	w.counts(t, `meshaudit_findings_resolved_total{severity="Critical"}`, 1)
	w.counts(t, `meshaudit_findings_opened_total{severity="Critical"}`, 1)
	w.shows(t, openReport, result("result"), "")
	w.is(t, criticalFinding, inactive)
	envtesting.WaitFor(t, func() error { return w.resolvedAtLast(t) })
}
