package mesh

import (
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Agent is one of the DaemonSets that ambient mode needs on every node. Its
// Pods bear a label by which Istio's charts make them.
type Agent struct {
	Component  Component
	key, value string
}

// The agents.
var (
	ZtunnelAgent = Agent{Ztunnel, "app", "ztunnel"}
	CNIAgent     = Agent{CNINode, "k8s-app", "istio-cni-node"}
)

// DaemonSet finds the DaemonSet of an agent, the first by namespace and name;
// nil if there is none.
func (a Agent) DaemonSet(r inventory.Reader) *kinds.Controller {
	for d := range kinds.DaemonSets.ByLabel.Everywhere(r, kinds.LabelKey(a.key, a.value)) {
		if d.Deleted.IsZero() {
			return d
		}
	}
	return nil
}

// AgentGap is an agent that a node lacks.
type AgentGap struct {
	Component Component
	DaemonSet inventory.Ref

	carried []*kinds.Pod // in ambient mode on the node; one of them is ready
}

// Workloads names those whose Pods the gap concerns, each once.
func (g *AgentGap) Workloads(r inventory.Reader) []inventory.Ref {
	var out []inventory.Ref
	seen := map[inventory.Ref]bool{}
	for _, p := range g.carried {
		t := OfPod(p)
		if ref := WorkloadOf(r, &t); !seen[ref] {
			seen[ref] = true
			out = append(out, ref)
		}
	}
	return out
}

// AgentGaps finds the agents of which no Pod on a node is ready although Pods
// in ambient mode are, so that the node itself lives. What happened less than
// the policy's grace period ago excuses the gap: that the DaemonSet was made;
// that one of its Pods there was made, is going, or ceased to be ready; or,
// without any there, that the node came or that a rollout came forward. Of an
// agent without DaemonSet it says nothing, nor of a node that is not known.
func AgentGaps(c Clock, node string) []AgentGap {
	carried := carriedOn(c, node)
	if len(carried) == 0 {
		return nil
	}
	var gaps []AgentGap
	for _, a := range []Agent{ZtunnelAgent, CNIAgent} {
		if readyOn(c, node, a.key, a.value) != No {
			continue
		}
		d := a.DaemonSet(c)
		if d == nil || !a.overdue(c, node, d) {
			continue
		}
		gaps = append(gaps, AgentGap{a.Component, kinds.DaemonSets.Ref(d.Namespace, d.Name), carried})
	}
	return gaps
}

// carriedOn lists the live Pods in ambient mode on a node; nil if none is ready.
func carriedOn(r inventory.Reader, node string) []*kinds.Pod {
	if node == "" {
		return nil
	}
	var out []*kinds.Pod
	ready := false
	for p := range kinds.PodsByNode.Everywhere(r, node) {
		if InAmbient(p) && p.Live() {
			ready = ready || p.Ready
			out = append(out, p)
		}
	}
	if !ready {
		return nil
	}
	return out
}

// overdue tells whether the agent should have been ready on the node by now.
func (a Agent) overdue(c Clock, node string, d *kinds.Controller) bool {
	n := kinds.Nodes.Get(c, "", node)
	if n == nil || !n.Deleted.IsZero() {
		return false
	}
	since := a.moved(c, node)
	if since.IsZero() {
		since = latest(n.Created, d.Rolling)
	}
	return !since.IsZero() && c.Reached(latest(since, d.Created).Add(kinds.Thresholds(c).GracePeriod))
}

// moved is when an agent's Pods on a node last came, were told to go, or became
// ready or not; zero if that is not known.
func (a Agent) moved(r inventory.Reader, node string) time.Time {
	var last time.Time
	for p := range kinds.PodsByNode.Everywhere(r, node) {
		if p.Labels[a.key] == a.value {
			last = latest(last, p.Created, p.Deleted, p.ReadyChanged)
		}
	}
	return last
}

// AgentsSettled tells whether nothing moved among the agents on a node within
// the policy's grace period: a CNI agent that starts looks first at what runs.
func AgentsSettled(c Clock, node string) bool {
	grace := kinds.Thresholds(c).GracePeriod
	return c.Reached(CNIAgent.moved(c, node).Add(grace)) && c.Reached(ZtunnelAgent.moved(c, node).Add(grace))
}

func latest(times ...time.Time) time.Time {
	var out time.Time
	for _, t := range times {
		if t.After(out) {
			out = t
		}
	}
	return out
}
