package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// state is what all reports and exceptions say of the present: the text of each
// report's status by namespace, "" for the cluster's, and of each exception's by
// namespace/name. What was wrong before is left out, since a fresh start knows of
// none; see [past].
type state map[string]string

// history are the fields of a status that tell when, and what was before.
var history = []string{"firstSeen", "changed", "lastHeartbeat", "lastTransitionTime", "lastMatch", "resolved"}

func timeless(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if slices.Contains(history, key) {
				delete(v, key)
			} else {
				v[key] = timeless(value)
			}
		}
	case []any:
		for i := range v {
			v[i] = timeless(v[i])
		}
	}
	return v
}

// state reads what the API server holds.
func (c *cluster) state(t *testing.T) state {
	t.Helper()
	s := state{}
	for _, kind := range []string{"ClusterMeshAuditReport", "MeshAuditReport"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
		if err := c.Client.List(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		for i := range list.Items {
			s[list.Items[i].GetNamespace()] = statusText(t, &list.Items[i])
		}
	}
	exceptions := c.exceptions(t)
	for i := range exceptions {
		s[exceptions[i].GetNamespace()+"/"+exceptions[i].GetName()] = statusText(t, &exceptions[i])
	}
	return s
}

// statusText is what a status says, times apart.
func statusText(t *testing.T, o *unstructured.Unstructured) string {
	t.Helper()
	text, err := json.MarshalIndent(timeless(o.Object["status"]), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// differs tells of a status that is not as wanted.
func (s state) differs(want state) error {
	for namespace, text := range want {
		if s[namespace] != text {
			is, fresh := strings.Split(s[namespace], "\n"), strings.Split(text, "\n")
			return fmt.Errorf("the status of %q says %q, and not %q as after a fresh start",
				namespace, without(is, fresh), without(fresh, is))
		}
	}
	for namespace := range s {
		if _, ok := want[namespace]; !ok {
			return fmt.Errorf("a fresh start gives no status of %q", namespace)
		}
	}
	return nil
}

// waitForReports waits until all reports are as a fresh start makes them.
func (c *cluster) waitForReports(t *testing.T, want state) {
	t.Helper()
	envtesting.WaitFor(t, func() error { return c.state(t).differs(want) })
}

// memory is since when each finding has been seen, by report and ID.
type memory map[string]metav1.Time

func (c *cluster) firstSeen(t *testing.T) memory {
	t.Helper()
	all, list := &v1alpha1.ClusterMeshAuditReportList{}, &v1alpha1.MeshAuditReportList{}
	if err := errors.Join(c.api.List(t.Context(), all), c.api.List(t.Context(), list)); err != nil {
		t.Fatal(err)
	}
	m := memory{}
	for i := range all.Items {
		m.read("", all.Items[i].Status.Findings)
	}
	for i := range list.Items {
		m.read(list.Items[i].Namespace, list.Items[i].Status.Findings)
	}
	return m
}

func (m memory) read(report string, list []v1alpha1.Finding) {
	for i := range list {
		m[report+" "+list[i].Check+" "+list[i].ID] = list[i].FirstSeen
	}
}

// add takes over what is the case now, and fails the test if a finding that
// stood was first seen at another time.
func (m memory) add(t *testing.T, now memory) {
	t.Helper()
	for finding, at := range now {
		if was, ok := m[finding]; ok && !at.Equal(&was) {
			t.Errorf("%s was first seen at %s and now at %s", finding, was, at)
		}
	}
	clear(m)
	maps.Copy(m, now)
}

// fresh is what an operator that knows nothing of the past makes of the world.
func (c *cluster) fresh(t *testing.T) state {
	t.Helper()
	c.forget(t)
	r := c.operate(t)
	r.settle(t)
	r.stop()
	return c.state(t)
}
