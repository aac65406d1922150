package kinds

import (
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The API server notes in managedFields who last changed which fields, and when.
// It is the only trace of when a label was set. Files mostly go without.

// labelWritten is when a label got its value at the latest: who owns the label
// has changed nothing since. Of several owners, the first one gave the value,
// and the others agreed. Zero if nobody is noted.
func labelWritten(m *metav1.ObjectMeta, key string) time.Time {
	var first time.Time
	if _, ok := m.Labels[key]; !ok {
		return first
	}
	for i := range m.ManagedFields {
		e := &m.ManagedFields[i]
		owns := e.FieldsV1 != nil && strings.Contains(e.FieldsV1.GetRawString(), `"f:`+key+`"`)
		if owns && e.Time != nil && (first.IsZero() || e.Time.Time.Before(first)) {
			first = e.Time.UTC()
		}
	}
	return first
}

// lastManaged is when anybody last changed an object; zero if nobody is noted.
func lastManaged(m *metav1.ObjectMeta) time.Time {
	var last time.Time
	for i := range m.ManagedFields {
		if t := m.ManagedFields[i].Time; t != nil && t.After(last) {
			last = t.UTC()
		}
	}
	return last
}
