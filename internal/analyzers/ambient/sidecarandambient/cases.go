package sidecarandambient

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// leaves: Pods in ambient mode bear a label for a sidecar. What it does is for
// the injectors to say, once there are new Pods.
func (c *candidate) leaves() {
	switch d := mesh.Decide(c, c.ns, &c.t); {
	case d.Answer == mesh.Yes:
		c.report(c.asking(), "the Pods are in ambient mode and bear %s: the next restart takes them out of it "+
			"and gives them a sidecar", c.asks)
	case d.Answer == mesh.No && c.injects():
		c.report(c.asking(), "the Pods are in ambient mode, and %s has no effect: %s", c.asks, d.Text).At(analysis.Low)
	}
}

// contradicts: labels of one template ask for both.
func (c *candidate) contradicts() {
	if c.injects() || mesh.Decide(c, c.ns, &c.t).Answer == mesh.Yes {
		c.report(mesh.LabelField(modeLabel), "labels %s and %s=ambient of the Pods contradict each other: "+
			"with a sidecar, they are not in ambient mode", c.asks, modeLabel)
	}
}

// remains: Pods of a namespace in ambient mode have a sidecar, be it meant or
// from before.
func (c *candidate) remains() {
	mode := fmt.Sprintf("the ambient mode for which label %s of namespace %s asks", mesh.EnrolmentOf(c.ns).By, c.ns.Name)
	switch own := c.w.Pod == nil && c.t.Role() == mesh.SidecarProxy && c.t.BringsProxy(); {
	case c.asks != "":
		c.report(c.asking(), "%s keeps the Pods out of %s", c.asks, mode).At(analysis.Info)
	case own:
		c.report("spec", "the sidecar in the Pod template keeps the Pods out of %s", mode).At(analysis.Info)
	case mesh.Decide(c, c.ns, &c.t).Answer == mesh.No:
		c.report("spec", "%s of the Pods have a sidecar from before, which keeps them out of %s", mesh.Share(c.all), mode).
			At(analysis.Low).FixBy("%s New ones are in ambient mode.", mesh.Restart(c.w.Ref))
	}
}
