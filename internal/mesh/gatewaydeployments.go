package mesh

import (
	"fmt"
	"time"

	"istio.io/api/label"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// DeploymentFault says why the Deployment that istiod made of a Gateway has no
// ready Pod: no replica is wanted and no autoscaler asks for one, or for longer
// than the policy's grace period no Pod has become ready. "" if it has one, may
// have one soon, or is not known.
func DeploymentFault(c Clock, g *kinds.KubeGateway) (deployment inventory.Ref, fault string) {
	d := gatewayDeployment(c, g)
	if d == nil {
		return deployment, ""
	}
	ref := kinds.Deployments.Ref(d.Namespace, d.Name)
	if d.Replicas == 0 {
		for range kinds.HorizontalPodAutoscalersByTarget.In(c, d.Namespace, kinds.ControllerKey(ref.Kind, d.Name)) {
			return ref, ""
		}
		return ref, fmt.Sprintf("its Deployment %s/%s has 0 replicas", d.Namespace, d.Name)
	}
	ready, since := readiness(c, g, d)
	if ready || since.IsZero() || !c.Reached(since.Add(kinds.Thresholds(c).GracePeriod)) {
		return ref, ""
	}
	return ref, fmt.Sprintf("its Deployment %s/%s has no ready Pod", d.Namespace, d.Name)
}

// gatewayDeployment finds the Deployment of a Gateway, by the label of its Pods;
// nil if there is none, or more than one.
func gatewayDeployment(r inventory.Reader, g *kinds.KubeGateway) *kinds.Controller {
	var found *kinds.Controller
	for d := range kinds.Deployments.ByLabel.In(r, g.Namespace, gatewayNameKey(g)) {
		if found != nil || !d.Deleted.IsZero() {
			return nil
		}
		found = d
	}
	return found
}

// readiness tells whether a Pod of a Gateway is ready and, if none is, since when
// at most: the latest moment at which the Deployment or one of the Pods was
// made, is to be gone, or ceased to be ready.
func readiness(r inventory.Reader, g *kinds.KubeGateway, d *kinds.Controller) (ready bool, since time.Time) {
	since = d.Created
	for p := range kinds.PodsByLabel.In(r, g.Namespace, gatewayNameKey(g)) {
		if p.Live() && p.Ready {
			return true, since
		}
		since = latest(since, p.Created, p.Deleted, p.ReadyChanged)
	}
	return false, since
}

func gatewayNameKey(g *kinds.KubeGateway) string {
	return kinds.LabelKey(label.IoK8sNetworkingGatewayGatewayName.Name, g.Name)
}
