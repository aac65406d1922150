package policy_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

var policySeeds = []string{
	`{}`,
	`{profile: Core, checks: [{name: "*", severity: Low}, {name: "routing/*", disabled: true}, {name: a/b}, {name: "A B", severity: x}]}`,
	`{namespaces: {include: {names: [Shop, "shop*"], selector: {matchLabels: {a: b}}}, exclude: {names: [kube-system], selector: {matchExpressions: [{key: a, operator: B}]}}}}`,
	`{namespaces: {include: {names: [A, B]}}, ownerLabel: not a key}`,
	`{sensitive: {namespaces: [A, "pay*"], labels: {}, ports: [0, 80, 65536], paths: [x, /x], namespaceSelector: {matchExpressions: [{key: a, operator: B}]}}}`,
	`{thresholds: {gracePeriod: 25h}, reports: {maxSize: 2Mi, quietPeriod: -1s, minWriteInterval: 1.5s, maxWritesPerSecond: 5000}}`,
	`{mesh: {configMaps: [istio, a/b, a/b], remoteClusters: perhaps, rootNamespace: A}, secrets: {read: true}}`,
	`{appMesh: {endOfSupport: "2026-02-30"}, metrics: {maxSeries: 1, findingInfo: true}, profile: Paranoid}`,
	`{exceptions: {maxSeverity: Awful, checks: [A, no/such, "routing/*"]}, events: {enabled: false}, export: {openReports: true}}`,
	`{exceptions: {maxSeverity: Low, checks: []}}`,
	`{appMesh: {aws: {mode: Always, region: x, endpoints: {acm: "ftp://a", sts: "http://a"}, meshes: ["", a, a], interval: 1s}}}`,
}

// FuzzCompile compiles any spec. Every rejection names a field of it; and
// without the fields that are rejected, nothing is, and the same is in force.
func FuzzCompile(f *testing.F) {
	for _, spec := range policySeeds {
		raw, err := yaml.YAMLToJSON([]byte(spec))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p := &v1alpha1.MeshAuditPolicy{}
		if json.Unmarshal(raw, &p.Spec) != nil {
			return
		}
		tree := specTree(t, p)
		s, v := policy.Compile(policyOf(t, tree), checks)
		for _, r := range slices.Backward(inOrder(v.Rejected)) {
			if r.Message == "" {
				t.Errorf("%s is rejected without a reason", r.Field)
			}
			if !remove(tree, r.Field) {
				t.Errorf("%s is rejected and not in %s", r.Field, raw)
			}
		}
		again, w := policy.Compile(policyOf(t, tree), checks)
		if len(w.Rejected) > 0 || !slices.Equal(v.Unmatched, w.Unmatched) {
			t.Errorf("of the rest %v: %+v, before %+v", tree, w, v)
		}
		expectSameSettings(t, s, again)
	})
}

// specTree is the policy as plain data.
func specTree(t *testing.T, p *v1alpha1.MeshAuditPolicy) map[string]any {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"spec": p.Spec})
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// policyOf is the policy of plain data, as it comes from the API server.
func policyOf(t *testing.T, tree map[string]any) *v1alpha1.MeshAuditPolicy {
	t.Helper()
	raw, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	p := &v1alpha1.MeshAuditPolicy{}
	if err := json.Unmarshal(raw, p); err != nil {
		t.Fatal(err)
	}
	return p
}

// inOrder sorts rejections so that those of a list stand by their position, and
// what holds others before them.
func inOrder(list []v1alpha1.Rejection) []v1alpha1.Rejection {
	padded := regexp.MustCompile(`\[(\d+)\]`)
	key := func(r v1alpha1.Rejection) string {
		return padded.ReplaceAllStringFunc(r.Field, func(s string) string {
			n, err := strconv.Atoi(strings.Trim(s, "[]"))
			return fmt.Sprintf("[%09d]%v", n, err)
		})
	}
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b v1alpha1.Rejection) int { return strings.Compare(key(a), key(b)) })
	return out
}

var step = regexp.MustCompile(`[^.\[\]]+`)

// remove takes the field of a path out of a tree and tells whether it was there.
func remove(node any, path string) bool {
	steps := step.FindAllString(path, -1)
	set := func(any) {}
	for i, s := range steps {
		last := i == len(steps)-1
		switch n := node.(type) {
		case map[string]any:
			child, ok := n[s]
			if !ok || last {
				delete(n, s)
				return ok
			}
			node, set = child, func(v any) { n[s] = v }
		case []any:
			at, err := strconv.Atoi(s)
			if err != nil || at >= len(n) {
				return false
			}
			if last {
				set(slices.Delete(n, at, at+1))
				return true
			}
			node = n[at]
		default:
			return false
		}
	}
	return false
}

func expectSameSettings(t *testing.T, a, b policy.Settings) {
	t.Helper()
	for _, text := range fields("shop pay-1 kube-system istio-system a=b x") {
		if n := namespace(text); a.Findings.Audited(n) != b.Findings.Audited(n) {
			t.Errorf("%s is audited: %t, without what is rejected %t", text, a.Findings.Audited(n), b.Findings.Audited(n))
		}
	}
	if k := kinds.AWSResources.Name; a.Findings.Optional(k) != b.Findings.Optional(k) {
		t.Errorf("AWS is optional: %t, without what is rejected %t", a.Findings.Optional(k), b.Findings.Optional(k))
	}
	a.Findings.Audited, b.Findings.Audited = nil, nil
	a.Findings.Optional, b.Findings.Optional = nil, nil
	if len(a.AWS.Meshes)+len(b.AWS.Meshes) == 0 {
		a.AWS.Meshes, b.AWS.Meshes = nil, nil
	}
	if len(a.Findings.Rules)+len(b.Findings.Rules) == 0 {
		a.Findings.Rules, b.Findings.Rules = []findings.Rule{}, []findings.Rule{}
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("in force are\n%s, without what is rejected\n%s", told(t, a), told(t, b))
	}
}

func told(t *testing.T, s policy.Settings) []byte {
	t.Helper()
	raw, err := json.Marshal([]any{s.Findings.Profile, s.Findings.Rules, s.Objects(), s.ConfigMaps, s.AWS, s.Reports, s.Metrics})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
