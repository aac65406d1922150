package policy

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// StatusWriter writes the policy's status. It is a runnable of the manager,
// which starts it once on the leader.
type StatusWriter struct{ c *Controller }

// Status is the runnable that writes the policy's status.
func (c *Controller) Status() *StatusWriter { return &StatusWriter{c} }

// NeedLeaderElection is true: only one replica writes.
func (*StatusWriter) NeedLeaderElection() bool { return true }

// publish leaves to the leader what the status should say.
func (c *Controller) publish(p *v1alpha1.MeshAuditPolicy, v Verdict) {
	c.mu.Lock()
	c.latest, c.wanted = p, v
	c.mu.Unlock()
	c.status.Add(v1alpha1.PolicyName)
}

// Start implements the manager's Runnable. It returns when ctx ends.
func (w *StatusWriter) Start(ctx context.Context) error {
	queue := w.c.status
	stop := context.AfterFunc(ctx, queue.ShutDown)
	defer stop()
	for {
		key, down := queue.Get()
		if down {
			return nil
		}
		if err := w.write(ctx); err != nil {
			w.c.Log.V(1).Info("cannot write the policy's status, trying again", "error", err.Error())
			queue.AddRateLimited(key)
		} else {
			queue.Forget(key)
		}
		queue.Done(key)
	}
}

// write writes the status if it differs. After a conflict, the watch brings
// the policy that is there, and with it another try. A policy that is not found
// was deleted, of which the watch tells, too, or an API server that has just
// started does not serve it yet.
func (w *StatusWriter) write(ctx context.Context) error {
	w.c.mu.Lock()
	p, verdict := w.c.latest.DeepCopy(), w.c.wanted
	w.c.mu.Unlock()
	if p == nil {
		return nil
	}
	before := p.Status.DeepCopy()
	p.Status.Rejected, p.Status.UnmatchedPatterns = verdict.Rejected, verdict.Unmatched
	meta.SetStatusCondition(&p.Status.Conditions, accepted(verdict, p.Generation))
	if equality.Semantic.DeepEqual(before, &p.Status) {
		return nil
	}
	if err := w.c.Client.Status().Update(ctx, p); err != nil {
		return fmt.Errorf("write the policy's status: %w", err)
	}
	return nil
}

func accepted(v Verdict, generation int64) metav1.Condition {
	c := metav1.Condition{
		Type: v1alpha1.ConditionAccepted, Status: metav1.ConditionTrue, ObservedGeneration: generation,
		Reason: "InForce", Message: "All of the policy is in force.",
	}
	if n := len(v.Rejected); n > 0 {
		c.Status, c.Reason = metav1.ConditionFalse, "Rejected"
		c.Message = fmt.Sprintf("Not in force is %s: %s", v.Rejected[0].Field, v.Rejected[0].Message)
		if n > 1 {
			c.Message += fmt.Sprintf(" (and %d more, see rejected)", n-1)
		}
	}
	return c
}
