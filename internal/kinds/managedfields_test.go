package kinds

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// managed is an entry that owns a label, so many minutes after noon.
func managed(minutes int, label string) metav1.ManagedFieldsEntry {
	at := metav1.NewTime(noon.Add(time.Duration(minutes) * time.Minute))
	return metav1.ManagedFieldsEntry{
		Time: &at, FieldsV1: metav1.NewFieldsV1(`{"f:metadata":{"f:labels":{"f:` + label + `":{}}}}`),
	}
}

func TestLabelWritten(t *testing.T) {
	const mode = "istio.io/dataplane-mode"
	for name, tt := range map[string]struct {
		label  string
		fields []metav1.ManagedFieldsEntry
		want   time.Time
	}{
		"nobody is noted":        {mode, nil, time.Time{}},
		"its owner":              {mode, []metav1.ManagedFieldsEntry{managed(0, "team"), managed(1, mode)}, noon.Add(time.Minute)},
		"the first of owners":    {mode, []metav1.ManagedFieldsEntry{managed(7, mode), managed(1, mode)}, noon.Add(time.Minute)},
		"a longer name":          {mode, []metav1.ManagedFieldsEntry{managed(1, mode+"-x")}, time.Time{}},
		"the label is not there": {"team", []metav1.ManagedFieldsEntry{managed(1, mode)}, time.Time{}},
		"an entry of nothing":    {mode, []metav1.ManagedFieldsEntry{{}}, time.Time{}},
	} {
		got := labelWritten(&metav1.ObjectMeta{Labels: map[string]string{tt.label: "ambient"}, ManagedFields: tt.fields}, mode)
		if !got.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// A DaemonSet tells of its rollout while it lasts.
func TestRolling(t *testing.T) {
	const head = `{apiVersion: apps/v1, kind: DaemonSet, metadata: {namespace: istio-system, name: ztunnel, generation: 2,
managedFields: [{manager: a, time: "2026-11-23T12:00:00Z"}, {manager: b, time: "2026-11-23T11:00:00Z"}, {manager: c}]},
spec: {selector: {}, template: {}}, status: `
	for status, want := range map[string]time.Time{
		"{observedGeneration: 1, desiredNumberScheduled: 3, updatedNumberScheduled: 3}": noon,
		"{observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 2}": noon,
		"{observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3}": {},
	} {
		if got := DaemonSets.Of(fromYAML(t, head+status+"}")).Rolling; !got.Equal(want) {
			t.Errorf("%s: %s, want %s", status, got, want)
		}
	}
}

// A Pod of a DaemonSet belongs to its node before it is scheduled.
func TestNodeOf(t *testing.T) {
	const affinity = `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [`
	for spec, want := range map[string]string{
		"": "",
		"nodeName: a, " + affinity + "{matchFields: [{key: metadata.name, operator: In, values: [b]}]}]}}}": "a",
		affinity + "{matchFields: [{key: metadata.name, operator: In, values: [b]}]}]}}}":                   "b",
		affinity + "{matchFields: [{key: metadata.name, operator: NotIn, values: [b]}]}]}}}":                "",
		affinity + "{matchFields: [{key: metadata.name, operator: In, values: [b, c]}]}]}}}":                "",
		affinity + "{matchExpressions: [{key: zone, operator: In, values: [b]}]}]}}}":                       "",
		"affinity: {nodeAffinity: {}}": "",
	} {
		p := Pods.Of(fromYAML(t, "{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: cart}, spec: {"+spec+"}}"))
		if p.NodeName != want {
			t.Errorf("%s: node %q, want %q", spec, p.NodeName, want)
		}
	}
}
