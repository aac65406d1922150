package kinds

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// KubeGateway is the Gateway API's Gateway, not Istio's.
type KubeGateway struct {
	Meta
	Spec   *gatewayv1.GatewaySpec // never nil
	Status GatewayStatus
}

// GatewayStatus is what checks see of a Gateway's status: what its controller
// made of it. Addresses, times and what is told of listeners move by
// themselves, and are left out.
type GatewayStatus struct {
	Addressed bool // it has an address at least
	// Accepted and Programmed are the conditions of these types; the zero value
	// if the controller said nothing.
	Accepted, Programmed Condition
}

// Condition is a condition of a status.
type Condition struct {
	Status metav1.ConditionStatus `json:"status"`
	Reason string                 `json:"reason"`
	// ObservedGeneration is that of the object of which it is said.
	ObservedGeneration int64 `json:"observedGeneration"`
}

func decodeKubeGateway(e *envelope) (*KubeGateway, error) {
	g := &KubeGateway{Meta: e.Metadata.meta(), Spec: &gatewayv1.GatewaySpec{}}
	if err := unmarshalPart(e.Spec, g.Spec); err != nil {
		return g, err
	}
	var err error
	g.Status, err = decodeGatewayStatus(e)
	return g, err
}

func decodeGatewayStatus(e *envelope) (GatewayStatus, error) {
	var wire struct {
		Addresses  []struct{}      `json:"addresses"`
		Conditions []wireCondition `json:"conditions"`
	}
	if err := unmarshalPart(e.Status, &wire); err != nil {
		return GatewayStatus{}, err
	}
	out := GatewayStatus{Addressed: len(wire.Addresses) > 0}
	for _, c := range wire.Conditions {
		switch c.Type {
		case string(gatewayv1.GatewayConditionAccepted):
			out.Accepted = c.Condition
		case string(gatewayv1.GatewayConditionProgrammed):
			out.Programmed = c.Condition
		}
	}
	return out, nil
}

type wireCondition struct {
	Type      string `json:"type"`
	Condition `json:",inline"`
}
