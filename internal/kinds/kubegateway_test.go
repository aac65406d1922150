package kinds

import (
	"fmt"
	"testing"
)

// Of a Gateway's status is read what its controller made of the Gateway.
func TestGatewayStatus(t *testing.T) {
	gateway := func(status string) *KubeGateway {
		o, err := Decode("gateway.networking.k8s.io/v1", "Gateway", fmt.Appendf(nil,
			`{"metadata": {"name": "w"}, "spec": {"gatewayClassName": "istio-waypoint"}, "status": %s}`, status))
		if err != nil || o.Fault != nil {
			t.Fatal(err, o.Fault)
		}
		return KubeGateways.Of(o)
	}
	accepted := Condition{Status: "True", Reason: "Accepted", ObservedGeneration: 3}
	failed := Condition{Status: "False", Reason: "Invalid", ObservedGeneration: 2}
	for status, want := range map[string]GatewayStatus{
		"null": {},
		`{"addresses": [], "conditions": [{"type": "Ready", "status": "True"}]}`: {},
		`{"addresses": [{"type": "IPAddress", "value": "192.0.2.1"}]}`:           {Addressed: true},
		`{"conditions": [
			{"type": "Accepted", "status": "True", "reason": "Accepted", "observedGeneration": 3, "message": "x"},
			{"type": "Programmed", "status": "False", "reason": "Invalid", "observedGeneration": 2}]}`: {
			Accepted: accepted, Programmed: failed,
		},
	} {
		if g := gateway(status); g.Status != want || g.Spec.GatewayClassName != "istio-waypoint" {
			t.Errorf("%s: %+v", status, g)
		}
	}
}
