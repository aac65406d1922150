package metrics_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/expfmt"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/metrics"
	"github.com/meshaudit/meshaudit/internal/report"
)

const route inventory.Kind = "VirtualService.networking.istio.io"

var (
	schema = inventory.NewSchema(
		inventory.NewKind(&inventory.KindInfo{Kind: "Namespace", Version: "v1"}),
		inventory.NewKind(&inventory.KindInfo{Kind: route, Version: "v1", Namespaced: true}),
	)
	unknownHost = check("routing", "unknownhost", analysis.High)
	exposed     = check("exposure", "admin", analysis.Critical)
	noon        = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

func check(category, name string, s analysis.Severity) analysis.Check {
	return analysis.Check{Category: category, Analyzer: &analysis.Analyzer{Name: name, Severity: s, Subject: route}}
}

// world is a ledger with its collector.
type world struct {
	ledger    *findings.Ledger
	recorder  *metrics.Recorder
	collector *metrics.Collector
	leader    bool
	since     time.Time // behind since then; zero if not behind
	never     bool      // the reports were never written
	truncated int
	aws       []report.Source
}

func (w *world) Truncated() int            { return w.truncated }
func (w *world) Behind() (time.Time, bool) { return w.since, w.never || !w.since.IsZero() }

func newWorld() *world {
	w := &world{leader: true, recorder: metrics.NewRecorder()}
	checks := []analysis.Check{unknownHost, exposed}
	now := func() time.Time { return noon }
	w.ledger = findings.New(findings.Config{
		Schema: schema, Checks: checks, Now: now,
		SubjectKinds: func(c analysis.Check) []inventory.Kind { return []inventory.Kind{c.Subject} },
	})
	w.collector = metrics.New(metrics.Options{
		Ledger: w.ledger, Checks: checks, Leader: func() bool { return w.leader }, Reports: w, Now: now,
		Source: func(inventory.Kind) string { return "kubernetes" }, Version: "v1.2.3",
		Sources: func() []report.Source { return w.aws },
	}, w.recorder)
	w.ledger.SetPolicy(findings.Policy{Profile: analysis.Recommended, OwnerLabel: "team"})
	w.ledger.SetNamespace(findings.Namespace{Name: "shop", Labels: map[string]string{"team": "checkout"}})
	w.set(inventory.Listed)
	return w
}

func (w *world) set(s inventory.State) {
	w.ledger.Update(nil, []inventory.StateChange{{Kind: "Namespace", State: inventory.Listed}, {Kind: route, State: s}}, true)
}

func (w *world) find(c analysis.Check, names ...string) {
	for _, name := range names {
		r := &analysis.Result{Subject: inventory.Ref{Kind: route, Namespace: "shop", Name: name}}
		r.Findings = analysis.Number([]analysis.Finding{
			{Check: c, Severity: c.Severity, Subject: r.Subject, Field: "a", Message: "a"},
			{Check: c, Severity: c.Severity, Subject: r.Subject, Field: "b", Message: "b"},
		})
		w.ledger.Update([]*analysis.Result{r}, nil, true)
	}
}

// scrape lists the samples without those of histogram buckets.
func (w *world) scrape(t *testing.T) []string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(w.collector)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	return slices.DeleteFunc(lines, func(l string) bool { return l[0] == '#' || strings.Contains(l, "_bucket{") })
}

func (w *world) want(t *testing.T, samples ...string) {
	t.Helper()
	got := w.scrape(t)
	for _, s := range samples {
		if !slices.Contains(got, s) {
			t.Errorf("%s is missing in\n%s", s, strings.Join(got, "\n"))
		}
	}
}

func (w *world) wantNone(t *testing.T, prefixes ...string) {
	t.Helper()
	for _, line := range w.scrape(t) {
		for _, p := range prefixes {
			if strings.HasPrefix(line, p) {
				t.Errorf("%s", line)
			}
		}
	}
}

func TestFindingsAreCounted(t *testing.T) {
	w := newWorld()
	w.find(unknownHost, "cart", "card")
	w.find(exposed, "admin")
	w.want(
		t,
		`meshaudit_findings{namespace="shop",severity="High"} 4`,
		`meshaudit_findings{namespace="shop",severity="Low"} 0`,
		`meshaudit_findings{namespace="",severity="High"} 0`,
		`meshaudit_category_findings{category="routing",severity="High"} 4`,
		`meshaudit_category_findings{category="routing",severity="Info"} 0`,
		`meshaudit_namespace_category_findings{category="exposure",namespace="shop",severity="Critical"} 2`,
		`meshaudit_check_findings{check="routing/unknownhost",severity="High"} 4`,
		`meshaudit_namespace_info{namespace="shop",owner="checkout"} 1`,
		`meshaudit_suppressed_findings{namespace="shop"} 0`,
		`meshaudit_checks_not_evaluated{reason="Forbidden"} 0`,
		`meshaudit_series_dropped 0`,
		`meshaudit_build_info{goversion="`+runtime.Version()+`",version="v1.2.3"} 1`,
	)
	w.wantNone(t, "meshaudit_finding_info", `meshaudit_namespace_info{namespace="",`)
}

func TestWhatCannotBeReadIsCounted(t *testing.T) {
	w := newWorld()
	w.set(inventory.Forbidden)
	w.want(t, `meshaudit_checks_not_evaluated{reason="Forbidden"} 2`, `meshaudit_source_up{source="kubernetes"} 1`)
	w.ledger.Update(nil, []inventory.StateChange{{Kind: "Namespace", State: inventory.Stale}}, true)
	w.want(t, `meshaudit_source_up{source="kubernetes"} 0`)
}

// What is not required and does not answer is the source's own fault, and no gap.
func TestASourceOutsideTheClusterTellsOfItself(t *testing.T) {
	w := newWorld()
	w.aws = []report.Source{{Name: "kubernetes", Reason: v1alpha1.SourceAvailable, LastSuccess: noon}}
	w.want(t, `meshaudit_source_up{source="kubernetes"} 1`,
		fmt.Sprintf(`meshaudit_source_last_success_timestamp_seconds{source="kubernetes"} %g`, float64(noon.Unix())))
	w.aws[0].Reason = v1alpha1.SourceUnreachable
	w.set(inventory.SourceUnavailable)
	w.want(t, `meshaudit_source_up{source="kubernetes"} 0`, `meshaudit_checks_not_evaluated{reason="SourceUnavailable"} 2`)
	w.ledger.SetPolicy(findings.Policy{
		Profile: analysis.Recommended, Optional: func(k inventory.Kind) bool { return k == route },
	})
	w.want(t, `meshaudit_source_up{source="kubernetes"} 0`, `meshaudit_checks_not_evaluated{reason="SourceUnavailable"} 0`)
	w.aws[0].Reason = ""
	w.wantNone(t, "meshaudit_source")
}

func TestOnlyTheLeaderTellsOfFindings(t *testing.T) {
	w := newWorld()
	w.leader = false
	w.wantNone(t, "meshaudit_findings{", "meshaudit_last_success", "meshaudit_checks", "meshaudit_series")
	w.want(t, `meshaudit_source_up{source="kubernetes"} 1`, `meshaudit_engine_drift_total 0`)
}

func TestOneSeriesForEachFindingOnRequest(t *testing.T) {
	w := newWorld()
	w.find(unknownHost, "cart")
	w.collector.SetLimits(metrics.Limits{MaxSeries: 1000, FindingInfo: true})
	w.want(t, `meshaudit_finding_info{check="routing/unknownhost",kind="`+string(route)+
		`",name="cart",namespace="shop",severity="High"} 1`)
}

func TestTheCeilingDropsTheLeastImportant(t *testing.T) {
	w := newWorld()
	for i := range 100 {
		w.find(unknownHost, fmt.Sprintf("object-%d", i))
	}
	w.collector.SetLimits(metrics.Limits{MaxSeries: 100, FindingInfo: true})
	var about int
	for _, line := range w.scrape(t) {
		if strings.Contains(line, "find") && !strings.HasPrefix(line, "meshaudit_series_dropped") {
			about++
		}
	}
	if about > 100 {
		t.Errorf("%d series", about)
	}
	w.want(t, `meshaudit_findings{namespace="shop",severity="High"} 200`)
	w.wantNone(t, `meshaudit_series_dropped 0`)
}

func TestStepsAndWritesAreRecorded(t *testing.T) {
	w := newWorld()
	w.recorder.Step(metrics.Step{Took: time.Millisecond, Objects: map[inventory.Kind]int{route: 7}, Drift: 1})
	w.recorder.Step(metrics.Step{Objects: map[inventory.Kind]int{route: 8}, Drift: 1})
	w.recorder.Wrote(metrics.Updated)
	w.recorder.Reported(300 * time.Millisecond)
	w.since, w.truncated = noon.Add(-time.Minute), 3
	w.want(
		t,
		`meshaudit_evaluation_duration_seconds_count 1`,
		`meshaudit_change_to_report_seconds_sum 0.3`,
		`meshaudit_objects{kind="`+string(route)+`"} 8`,
		`meshaudit_engine_drift_total 1`,
		`meshaudit_report_writes_total{result="updated"} 1`,
		`meshaudit_report_writes_total{result="failed"} 0`,
		`meshaudit_report_truncated_findings 3`,
		fmt.Sprintf(`meshaudit_last_success_timestamp_seconds %g`, float64(noon.Unix()-60)),
	)
	w.since = time.Time{}
	w.want(t, fmt.Sprintf(`meshaudit_last_success_timestamp_seconds %g`, float64(noon.Unix())))
	w.never = true
	w.wantNone(t, "meshaudit_last_success")
}

func TestMetricsAreWellNamedAndDescribed(t *testing.T) {
	w := newWorld()
	w.find(unknownHost, "cart")
	w.recorder.Step(metrics.Step{Objects: map[inventory.Kind]int{route: 7}})
	w.aws = []report.Source{{Name: "appmesh", Reason: v1alpha1.SourceAvailable, LastSuccess: noon}}
	w.recorder.Proxies(map[string]metrics.ProxyUse{"shop": {Proxies: 1, CPUMilli: 1, MemoryBytes: 1}})
	w.ledger.SetException(exception("known", "till", noon.Add(time.Hour)))
	w.collector.SetLimits(metrics.Limits{MaxSeries: 1000, FindingInfo: true})
	problems, err := testutil.CollectAndLint(w.collector)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%+v", p)
	}
	described := metrics.Descriptions()
	for _, d := range described {
		if n := testutil.CollectAndCount(w.collector, d.Name); n == 0 {
			t.Errorf("%s is described and missing", d.Name)
		}
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(w.collector)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	if len(families) != len(described) {
		t.Errorf("%d families, %d are described", len(families), len(described))
	}
	for i, f := range families {
		wantSame(t, described[i], f.GetName(), f.GetHelp(), strings.ToLower(f.GetType().String()))
		for _, label := range f.GetMetric()[0].GetLabel() {
			if !slices.Contains(described[i].Labels, label.GetName()) {
				t.Errorf("%s has the label %s", f.GetName(), label.GetName())
			}
		}
	}
}

func wantSame(t *testing.T, d metrics.Description, name, help, kind string) {
	t.Helper()
	if d.Name != name || d.Help != help || d.Type != kind {
		t.Errorf("%+v describes %s (%s): %s", d, name, kind, help)
	}
}
