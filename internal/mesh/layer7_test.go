package mesh_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/wrapperspb"
	security "istio.io/api/security/v1beta1"
	telemetry "istio.io/api/telemetry/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/mesh"
)

// ofConnections are the fields of rules that ztunnel applies.
var ofConnections = []string{
	"principals", "notPrincipals", "serviceAccounts", "notServiceAccounts", "namespaces", "notNamespaces",
	"ipBlocks", "notIpBlocks", "ports", "notPorts",
}

// TestEveryFieldOfARule: whatever list a source or an operation has is one that
// ztunnel knows, or is named as a part that it does not. A new field of the API
// fails here until somebody decides.
func TestEveryFieldOfARule(t *testing.T) {
	for _, m := range []proto.Message{&security.Source{}, &security.Operation{}} {
		fields := m.ProtoReflect().Descriptor().Fields()
		for i := range fields.Len() {
			f, one := fields.Get(i), m.ProtoReflect().New()
			if !f.IsList() || f.Kind() != protoreflect.StringKind {
				t.Errorf("%s is no list of strings", f.FullName())
				continue
			}
			one.Mutable(f).List().Append(protoreflect.ValueOfString("x"))
			rule := &security.Rule{}
			at := ""
			switch v := one.Interface().(type) {
			case *security.Source:
				rule.From, at = []*security.Rule_From{{}, {Source: v}}, "spec.rules[0].from[1].source."
			case *security.Operation:
				rule.To, at = []*security.Rule_To{{}, {Operation: v}}, "spec.rules[0].to[1].operation."
			}
			var want []mesh.Part
			if name := f.JSONName(); !slices.Contains(ofConnections, name) {
				want = []mesh.Part{{Name: name, Field: at + name}}
			}
			if got := mesh.RequestParts(&security.AuthorizationPolicy{Rules: []*security.Rule{rule}}); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", f.FullName(), got, want)
			}
		}
	}
}

func TestConditionsOfARule(t *testing.T) {
	for key, ofRequests := range map[string]bool{
		"source.ip": false, "source.namespace": false, "source.principal": false, "destination.ip": false,
		"destination.port": false, "remote.ip": true, "request.headers[x]": true, "request.auth.claims[iss]": true,
		"connection.sni": true, "experimental.envoy.filters.a.b": true,
	} {
		rule := &security.Rule{When: []*security.Condition{{Key: key, Values: []string{"x"}}}}
		parts := mesh.RequestParts(&security.AuthorizationPolicy{Rules: []*security.Rule{{}, rule}})
		if len(parts) > 0 != ofRequests || ofRequests && parts[0] != (mesh.Part{Name: key, Field: "spec.rules[1].when[0].key"}) {
			t.Errorf("%s: %v", key, parts)
		}
	}
}

func TestPartNames(t *testing.T) {
	parts := []mesh.Part{{Name: "paths"}, {Name: "methods"}, {Name: "paths"}, {Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}}
	if got := mesh.PartNames(parts); got != "paths, methods, a, b, c" {
		t.Error(got)
	}
	if got := mesh.PartNames(nil); got != "" {
		t.Error(got)
	}
}

// TestRequestTelemetry: what is switched off demands nothing, nor do metrics
// that are only sent somewhere.
func TestRequestTelemetry(t *testing.T) {
	off := wrapperspb.Bool(true)
	spec := &telemetry.Telemetry{
		AccessLogging: []*telemetry.AccessLogging{{Disabled: off}, {}},
		Tracing:       []*telemetry.Tracing{{DisableSpanReporting: off}, {}},
		Metrics:       []*telemetry.Metrics{{}, {Overrides: []*telemetry.MetricsOverrides{{}}}},
	}
	var fields []string
	for _, p := range mesh.RequestTelemetry(spec) {
		fields = append(fields, p.Field)
	}
	if got := strings.Join(fields, " "); got != "spec.accessLogging[1] spec.tracing[1] spec.metrics[1].overrides" {
		t.Error(got)
	}
}
