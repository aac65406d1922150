package kinds

import (
	"encoding/json"
	"strings"
	"time"

	appmesh "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
)

// The defaults of spec.awsName.
func wholeName(m *Meta) string  { return m.Name }
func joinedName(m *Meta) string { return m.Name + "_" + m.Namespace }
func dottedName(m *Meta) string { return m.Name + "." + m.Namespace }
func noName(*Meta) string       { return "" }

// changed is the newest time in the managed fields, or that of the creation.
func (w *wireMeta) changed() time.Time {
	var fields []struct {
		Time time.Time `json:"time"`
	}
	_ = unmarshalPart(json.RawMessage(w.ManagedFields), &fields) // what is no time tells nothing
	var last time.Time
	if w.CreationTimestamp != nil {
		last = w.CreationTimestamp.UTC()
	}
	for _, f := range fields {
		if f.Time.After(last) {
			last = f.Time.UTC()
		}
	}
	return last
}

// common reads what the specs have in common.
func (a *AppMesh[S]) common(e *envelope, awsName func(*Meta) string) error {
	var spec struct {
		AWSName string                `json:"awsName"`
		MeshRef appmesh.MeshReference `json:"meshRef"`
	}
	if err := unmarshalPart(e.Spec, &spec); err != nil {
		return err
	}
	a.Mesh, a.AWSName = spec.MeshRef, spec.AWSName
	if a.AWSName == "" {
		a.AWSName = awsName(&a.Meta)
	}
	return nil
}

func (s *AppMeshStatus) decode(part json.RawMessage) error {
	var status struct {
		Conditions         []condition `json:"conditions"`
		ObservedGeneration int64       `json:"observedGeneration"`
	}
	var fields map[string]any
	if err := unmarshalPart(part, &status); err != nil {
		return err
	}
	if err := unmarshalPart(part, &fields); err != nil {
		return err
	}
	s.ObservedGeneration = status.ObservedGeneration
	for _, c := range status.Conditions {
		if strings.HasSuffix(c.Type, "Active") {
			s.Active = c.Status
		}
	}
	for name, v := range fields { // meshARN, virtualNodeARN, …: each kind has one
		if arn, ok := v.(string); ok && strings.HasSuffix(name, "ARN") {
			s.ARN = arn
		}
	}
	return nil
}
