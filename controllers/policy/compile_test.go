package policy_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	reports "github.com/meshaudit/meshaudit/controllers/report"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/cloud"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

var checks = []analysis.Check{
	{Category: "routing", Analyzer: &analysis.Analyzer{Name: "unknownhost", Severity: analysis.High}},
	{Category: "mtls", Analyzer: &analysis.Analyzer{Name: "permissive", Profile: analysis.Strict}},
}

// compile reads a spec as a file or the API server gives it.
func compile(t *testing.T, spec string) (policy.Settings, policy.Verdict) {
	t.Helper()
	p := &v1alpha1.MeshAuditPolicy{}
	if err := yaml.Unmarshal([]byte(spec), &p.Spec); err != nil {
		t.Fatal(err)
	}
	return policy.Compile(p, checks)
}

func accepted(t *testing.T, spec string) policy.Settings {
	t.Helper()
	s, v := compile(t, spec)
	if len(v.Rejected)+len(v.Unmatched) > 0 {
		t.Errorf("%s: %+v", spec, v)
	}
	return s
}

func wantSame(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTheDefaults(t *testing.T) {
	s, v := policy.Compile(nil, checks)
	wantSame(t, v, policy.Verdict{})
	wantSame(t, s.Findings.Profile, analysis.Recommended)
	wantSame(t, s.Sensitive, kinds.DefaultSensitive())
	wantSame(t, s.Thresholds, kinds.DefaultThresholds())
	wantSame(t, s.Mesh, kinds.DefaultMesh())
	wantSame(t, s.AppMesh, kinds.DefaultAppMesh())
	wantSame(t, s.AWS, cloud.Config{
		Mode: cloud.Auto, Endpoints: map[string]string{}, Interval: cloud.DefaultInterval, Certificates: true,
	})
	if !s.Findings.Optional(kinds.AWSResources.Name) || s.Findings.Optional(kinds.Pods.Name) {
		t.Error("the kinds of AWS are optional, those of the cluster are not")
	}
	wantSame(t, s.Reports, reports.DefaultLimits)
	wantSame(t, s.Metrics, metrics.DefaultLimits)
	wantSame(t, s.ConfigMaps, []types.NamespacedName{{Namespace: "istio-system", Name: "istio-ca-root-cert"}})
	if s.Secrets || s.Findings.OwnerLabel != "" {
		t.Errorf("%+v", s)
	}
	wantAudited(t, s, "default istio-system", "kube-system kube-public kube-node-lease local-path-storage")
}

func wantAudited(t *testing.T, s policy.Settings, in, out string) {
	t.Helper()
	for _, name := range fields(in) {
		if !s.Findings.Audited(namespace(name)) {
			t.Errorf("%s is not audited", name)
		}
	}
	for _, name := range fields(out) {
		if s.Findings.Audited(namespace(name)) {
			t.Errorf("%s is audited", name)
		}
	}
}

func TestNamespaces(t *testing.T) {
	for spec, want := range map[string][2]string{
		`{}`:                        {"shop kube", "kube-system"},
		`namespaces: {exclude: {}}`: {"shop kube-system", ""},
		`namespaces: {exclude: {names: ["test-*"]}}`:                              {"shop kube-system", "test-1"},
		`namespaces: {include: {names: ["shop*"]}}`:                               {"shop shop-2", "pay kube-system"},
		`namespaces: {include: {selector: {matchLabels: {a: b}}}}`:                {"a=b", "shop"},
		`namespaces: {include: {selector: {}}}`:                                   {"shop", "kube-system"},
		`namespaces: {exclude: {selector: {matchLabels: {a: b}}, names: [shop]}}`: {"pay", "shop a=b"},
	} {
		wantAudited(t, accepted(t, spec), want[0], want[1])
	}
}

func TestRules(t *testing.T) {
	s := accepted(t, `{profile: Core, checks: [{name: "*", severity: Low}, {name: "routing/*", disabled: true}]}`)
	if s.Findings.Runs(checks[0]) || !s.Findings.Runs(checks[1]) {
		t.Error("the last rule that matches counts, and a rule brings a check into a profile")
	}
	wantSame(t, s.Findings.Rules, []findings.Rule{
		{Pattern: "*", Severity: analysis.Low}, {Pattern: "routing/*", Disabled: true},
	})
}

func TestEverythingElse(t *testing.T) {
	s := accepted(t, `
sensitive: {namespaces: ["pay*"], labels: {}, ports: [], paths: [/x]}
thresholds: {gracePeriod: 0s, services: 2000, certificateDays: 45}
secrets: {read: true}
mesh: {configMaps: [istio-system/istio-2, istio-system/istio-1], remoteClusters: "true", rootNamespace: mesh}
ownerLabel: example.com/team
appMesh:
  endOfSupport: "2027-01-31"
  aws: {mode: Required, region: eu-west-1, endpoints: {appMesh: "https://a.example/b", sts: "http://127.0.0.1:1"},
    meshes: [b, a, b], exclusive: true, interval: 90s, certificates: false}
reports: {maxSize: 512Ki, quietPeriod: 0s, minWriteInterval: 1.5s, maxWritesPerSecond: 10}
metrics: {maxSeries: 5000, findingInfo: true}
`)
	sensitive := kinds.DefaultSensitive()
	sensitive.Namespaces, sensitive.Labels = []string{"pay*"}, map[string]string{}
	sensitive.Ports, sensitive.Paths = []int32{}, []string{"/x"}
	wantSame(t, s.Sensitive, sensitive)
	thresholds := kinds.DefaultThresholds()
	thresholds.GracePeriod, thresholds.Services, thresholds.Certificate = 0, 2000, 45*kinds.Day
	wantSame(t, s.Thresholds, thresholds)
	yes := true
	wantSame(t, s.Mesh, &kinds.MeshConfiguration{
		RootNamespace: "mesh", RootGiven: true, RemoteClusters: &yes,
		ConfigMaps: []string{"istio-system/istio-1", "istio-system/istio-2"},
	})
	wantSame(t, s.ConfigMaps, []types.NamespacedName{
		{Namespace: "mesh", Name: "istio-ca-root-cert"},
		{Namespace: "istio-system", Name: "istio-1"},
		{Namespace: "istio-system", Name: "istio-2"},
	})
	wantSame(t, s.AppMesh, &kinds.AppMeshConfiguration{
		EndOfSupport: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC), Exclusive: true,
	})
	wantSame(t, s.AWS, cloud.Config{
		Mode: cloud.Required, Region: "eu-west-1", Meshes: []string{"a", "b"}, Exclusive: true, Interval: 90 * time.Second,
		Endpoints: map[string]string{cloud.SourceAppMesh: "https://a.example/b", cloud.SourceSTS: "http://127.0.0.1:1"},
	})
	if s.Findings.Optional(kinds.AWSResources.Name) {
		t.Error("what is required is optional")
	}
	wantSame(t, s.Reports, reports.Limits{
		MaxSize: 512 << 10, MinWriteInterval: 1500 * time.Millisecond, MaxWritesPerSecond: 10,
	})
	wantSame(t, s.Metrics, metrics.Limits{MaxSeries: 5000, FindingInfo: true})
	if !s.Secrets || s.Findings.OwnerLabel != "example.com/team" {
		t.Errorf("%+v", s)
	}
}

// What is invalid is named, and everything else is in force.
func TestInvalidEntriesAreIgnoredAndNamed(t *testing.T) {
	for spec, field := range map[string]string{
		`profile: Paranoid`: "spec.profile",
		`checks: [{name: routing/unknownhost, severity: Low}, {name: routing/unknownhost, severity: Bad}]`: "spec.checks[1]",
		`checks: [{name: routing/unknownhost}]`:                                                                "spec.checks[0]",
		`checks: [{name: routing/unknownhost, severity: Low, disabled: true}]`:                                 "spec.checks[0]",
		`checks: [{name: "routing/[a-z]", disabled: true}]`:                                                    "spec.checks[0]",
		`namespaces: {include: {names: [Shop]}}`:                                                               "spec.namespaces.include.names[0]",
		`namespaces: {include: {}}`:                                                                            "spec.namespaces.include",
		`namespaces: {exclude: {names: [kube-system], selector: {matchExpressions: [{key: a, operator: B}]}}}`: "spec.namespaces.exclude.selector",
		`sensitive: {namespaceSelector: {matchExpressions: [{key: a, operator: B}]}}`:                          "spec.sensitive.namespaceSelector",
		`sensitive: {namespaces: [A]}`:                                                                         "spec.sensitive.namespaces[0]",
		`sensitive: {ports: [80, 65536]}`:                                                                      "spec.sensitive.ports[1]",
		`sensitive: {paths: [admin]}`:                                                                          "spec.sensitive.paths[0]",
		`thresholds: {gracePeriod: 25h}`:                                                                       "spec.thresholds.gracePeriod",
		`thresholds: {services: 0}`:                                                                            "spec.thresholds.services",
		`thresholds: {certificateDays: 366}`:                                                                   "spec.thresholds.certificateDays",
		`mesh: {configMaps: [istio]}`:                                                                          "spec.mesh.configMaps[0]",
		`mesh: {remoteClusters: perhaps}`:                                                                      "spec.mesh.remoteClusters",
		`mesh: {rootNamespace: A}`:                                                                             "spec.mesh.rootNamespace",
		`ownerLabel: not a key`:                                                                                "spec.ownerLabel",
		`appMesh: {endOfSupport: "2026-02-30"}`:                                                                "spec.appMesh.endOfSupport",
		`appMesh: {aws: {mode: Always}}`:                                                                       "spec.appMesh.aws.mode",
		`appMesh: {aws: {region: "eu west"}}`:                                                                  "spec.appMesh.aws.region",
		`appMesh: {aws: {endpoints: {acm: "file:///etc/passwd"}}}`:                                             "spec.appMesh.aws.endpoints.acm",
		`appMesh: {aws: {endpoints: {appMesh: "http://u:p@a"}}}`:                                               "spec.appMesh.aws.endpoints.appMesh",
		`appMesh: {aws: {meshes: [a, ""]}}`:                                                                    "spec.appMesh.aws.meshes[1]",
		`appMesh: {aws: {interval: 1s}}`:                                                                       "spec.appMesh.aws.interval",
		`appMesh: {aws: {interval: 25h}}`:                                                                      "spec.appMesh.aws.interval",
		`reports: {maxSize: 2Mi}`:                                                                              "spec.reports.maxSize",
		`reports: {maxSize: 63Ki}`:                                                                             "spec.reports.maxSize",
		`reports: {quietPeriod: 2m}`:                                                                           "spec.reports.quietPeriod",
		`reports: {minWriteInterval: -1s}`:                                                                     "spec.reports.minWriteInterval",
		`reports: {maxWritesPerSecond: 5000}`:                                                                  "spec.reports.maxWritesPerSecond",
		`metrics: {maxSeries: 1}`:                                                                              "spec.metrics.maxSeries",
	} {
		s, v := compile(t, spec)
		if !slices.ContainsFunc(v.Rejected, func(r v1alpha1.Rejection) bool { return r.Field == field && r.Message != "" }) {
			t.Errorf("%s: rejected are %+v, want %s", spec, v.Rejected, field)
		}
		wantAudited(t, s, "shop", "kube-system")
		if *s.Thresholds != *kinds.DefaultThresholds() || s.Reports != reports.DefaultLimits {
			t.Errorf("%s: no defaults: %+v", spec, s)
		}
	}
}

func TestPatternsWithoutACheckAreNamed(t *testing.T) {
	_, v := compile(t, `checks: [{name: "routing/*", severity: Low}, {name: "amient/*", disabled: true}]`)
	wantSame(t, v, policy.Verdict{Unmatched: []string{"amient/*"}})
}
