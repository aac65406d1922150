package v1alpha1_test

import (
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

const policyHead = "apiVersion: meshaudit.io/v1alpha1\nkind: MeshAuditPolicy\nmetadata: {name: default}\nspec:\n"

const fullPolicy = policyHead + `
  profile: Strict
  checks:
  - {name: routing/unknownhost, severity: Low}
  - {name: "exposure/*", disabled: true}
  - {name: "*", severity: Info, disabled: false}
  namespaces:
    include: {names: ["shop-*"], selector: {matchLabels: {mesh: "true"}}}
    exclude: {}
  sensitive:
    namespaces: [payments]
    namespaceSelector: {matchExpressions: [{key: pci, operator: Exists}]}
    labels: {tier: data}
    ports: []
    paths: [/admin]
  thresholds:
    gracePeriod: 1h30m
    services: 2000
    certificateDays: 45
  secrets: {read: true}
  mesh:
    configMaps: [istio-system/istio-1-29.0]
    remoteClusters: "true"
    rootNamespace: istio-system
  ownerLabel: example.com/team
  appMesh:
    endOfSupport: "2026-09-30"
    aws:
      mode: "Off"
      region: us-gov-west-1
      endpoints: {appMesh: "https://vpce-1.appmesh.example.com", acm: "http://127.0.0.1:4566/", sts: "http://[::1]:80"}
      meshes: [shop, pay]
      exclusive: true
      interval: 2m30s
      certificates: false
  reports: {maxSize: 512Ki, quietPeriod: 0s, minWriteInterval: 1.5s, maxWritesPerSecond: 10}
  metrics: {maxSeries: 5000, findingInfo: true}
`

func TestFullPolicyIsAccepted(t *testing.T) {
	if err := create(t, object(t, fullPolicy)); err != nil {
		t.Fatal(err)
	}
	var got v1alpha1.MeshAuditPolicy
	if err := api.Get(t.Context(), client.ObjectKey{Name: v1alpha1.PolicyName}, &got); err != nil {
		t.Fatal(err)
	}
	spec := got.Spec
	if d := spec.Reports.MinWriteInterval.Duration; d != 1500*time.Millisecond {
		t.Errorf("minWriteInterval is %s", d)
	}
	if n := spec.Reports.MaxSize.Value(); n != 512<<10 {
		t.Errorf("maxSize is %d", n)
	}
	if spec.Sensitive.Ports == nil || spec.Sensitive.Paths == nil {
		t.Error("an empty list became a missing one")
	}
	if spec.Namespaces.Exclude == nil {
		t.Error("an empty exclude became a missing one")
	}
}

// Missing means the default, so the server must not write one.
func TestEmptyPolicyStaysEmpty(t *testing.T) {
	if err := create(t, object(t, policyHead+"  {}")); err != nil {
		t.Fatal(err)
	}
	var got v1alpha1.MeshAuditPolicy
	if err := api.Get(t.Context(), client.ObjectKey{Name: v1alpha1.PolicyName}, &got); err != nil {
		t.Fatal(err)
	}
	if got.Spec.Sensitive.Ports != nil || got.Spec.Profile != "" || got.Spec.Namespaces.Exclude != nil {
		t.Errorf("defaults were filled in: %+v", got.Spec)
	}
}

func TestSizeInBytesIsAccepted(t *testing.T) {
	if err := create(t, object(t, policyHead+"  reports: {maxSize: 262144}")); err != nil {
		t.Fatal(err)
	}
}

func TestBadPolicyIsRefused(t *testing.T) {
	other := strings.Replace(fullPolicy, "name: default", "name: other", 1)
	if err := create(t, object(t, other)); err == nil || !strings.Contains(err.Error(), "must be named default") {
		t.Errorf("another name: %v", err)
	}
	for spec, want := range map[string]string{
		"profile: Paranoid": `supported values: "Core", "Recommended", "Strict"`,
		"checks: [{name: a/b, severity: Low, disabled: true}]": "exactly one of severity and disabled: true",
		"checks: [{name: a/b}]":                                "exactly one of severity and disabled: true",
		"checks: [{name: a/b, disabled: false}]":               "exactly one of severity and disabled: true",
		"checks: [{name: a/b, severity: Fatal}]":               `supported values: "Critical"`,
		"checks: [{severity: Low}]":                            "spec.checks[0].name: Required value",
		"checks: [{name: A B, severity: Low}]":                 "spec.checks[0].name in body should match",
		"namespaces: {include: {}}":                            "leave include out to audit all",
		"namespaces: {include: {names: []}}":                   "leave include out to audit all",
		"namespaces: {exclude: {names: [Shop]}}":               "spec.namespaces.exclude.names[0] in body should match",
		"sensitive: {ports: [0]}":                              "should be greater than or equal to 1",
		"sensitive: {ports: [65536]}":                          "should be less than or equal to 65535",
		"sensitive: {paths: [admin]}":                          "spec.sensitive.paths[0] in body should match",
		"thresholds: {gracePeriod: 2d}":                        "spec.thresholds.gracePeriod in body should match",
		"thresholds: {services: 0}":                            "spec.thresholds.services in body should be greater than or equal to 1",
		"thresholds: {certificateDays: 366}":                   "spec.thresholds.certificateDays in body should be less than or equal to 365",
		"thresholds: {gracePeriod: 25h}":                       "must be at most 24h",
		"thresholds: {gracePeriod: 99999999999999999h}":        "spec.thresholds.gracePeriod",
		"mesh: {configMaps: [istio]}":                          "spec.mesh.configMaps[0] in body should match",
		"mesh: {configMaps: [a/b, a/b]}":                       "Duplicate value",
		"mesh: {remoteClusters: perhaps}":                      `supported values: "true", "auto", "false"`,
		"mesh: {remoteClusters: true}":                         "must be of type string",
		"ownerLabel: not a key":                                "spec.ownerLabel in body should match",
		"appMesh: {endOfSupport: soon}":                        "must be of type date",
		"appMesh: {endOfSupport: \"2026-02-30\"}":              "must be of type date",
		"appMesh: {aws: {mode: Always}}":                       `supported values: "Auto", "Off", "Required"`,
		"appMesh: {aws: {mode: Off}}":                          "must be of type string",
		"appMesh: {aws: {region: Europe}}":                     "spec.appMesh.aws.region in body should match",
		"appMesh: {aws: {interval: 59s}}":                      "must be between 1m and 24h",
		"appMesh: {aws: {interval: 25h}}":                      "must be between 1m and 24h",
		"appMesh: {aws: {meshes: [a, a]}}":                     "Duplicate value",
		"appMesh: {aws: {meshes: [\"\"]}}":                     "should be at least 1 chars long",
		"appMesh: {aws: {endpoints: {appMesh: ftp://a}}}":      "spec.appMesh.aws.endpoints.appMesh in body should match",
		"appMesh: {aws: {endpoints: {acm: \"http://u:p@a\"}}}": "spec.appMesh.aws.endpoints.acm in body should match",
		"appMesh: {aws: {endpoints: {sts: \"http://\"}}}":      "spec.appMesh.aws.endpoints.sts in body should match",
		"appMesh: {aws: {endpoint: \"http://a\"}}":             `unknown field "spec.appMesh.aws.endpoint"`,
		"reports: {maxSize: 2Mi}":                              "must be between 64Ki and 1Mi",
		"reports: {maxSize: 63Ki}":                             "must be between 64Ki and 1Mi",
		"reports: {maxSize: 100}":                              "must be between 64Ki and 1Mi",
		"reports: {maxSize: big}":                              "spec.reports.maxSize in body should match",
		"reports: {quietPeriod: 2m}":                           "must be at most 1m",
		"reports: {minWriteInterval: 2h}":                      "must be at most 1h",
		"reports: {maxWritesPerSecond: 0}":                     "should be greater than or equal to 1",
		"metrics: {maxSeries: 1}":                              "should be greater than or equal to 100",
	} {
		if err := create(t, object(t, policyHead+"  "+spec)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got: %v\nwant: %s", spec, err, want)
		}
	}
}
