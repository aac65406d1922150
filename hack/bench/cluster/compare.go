package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// found is a finding as far as the command line and the reports must agree.
type found struct {
	ID       string                   `json:"id"`
	Check    string                   `json:"check"`
	Severity string                   `json:"severity"`
	Subject  v1alpha1.ObjectReference `json:"subject"`
	Field    string                   `json:"field"`
	Message  string                   `json:"message"`
}

// judgeReports holds the reports against an audit of the cluster from scratch.
func (b *bench) judgeReports(ctx context.Context, o *operator) error {
	ours, cut, err := b.reported(ctx)
	if err != nil {
		return err
	}
	fresh, err := b.analyzed(ctx)
	if err != nil {
		return err
	}
	drift, err := o.metric(ctx, metricDrift)
	if err != nil {
		return err
	}
	if cut > 0 {
		return fmt.Errorf("%d findings were cut from reports: compare a smaller mesh", cut)
	}
	b.results.note("churn", "findings in the end", fmt.Sprint(len(fresh)))
	b.results.most("churn", "findings that the reports lack", float64(b.lacking("lack", fresh, ours)), 0)
	b.results.most("churn", "findings that the reports alone have", float64(b.lacking("alone have", ours, fresh)), 0)
	b.results.most("churn", "drift", drift, 0)
	return nil
}

// lacking counts what of the first the second has not, and tells of a few.
func (b *bench) lacking(how string, first, second map[found]int) int {
	n := 0
	for f, times := range first {
		if missing := times - second[f]; missing > 0 {
			if n < 5 {
				b.say("the reports %s %+v", how, f)
			}
			n += missing
		}
	}
	return n
}

// reported is what the reports hold, and how many findings do not fit.
func (b *bench) reported(ctx context.Context) (all map[found]int, cut int, err error) {
	list, err := b.reports(ctx)
	if err != nil {
		return nil, 0, err
	}
	cluster := &v1alpha1.ClusterMeshAuditReport{}
	if err := b.api.Get(ctx, client.ObjectKey{Name: v1alpha1.ReportName}, cluster); err != nil {
		return nil, 0, err
	}
	all = map[found]int{}
	statuses := []*v1alpha1.ReportStatus{&cluster.Status.ReportStatus}
	for i := range list {
		statuses = append(statuses, &list[i].Status.ReportStatus)
	}
	for _, s := range statuses {
		cut += int(s.Truncated.Count)
		for i := range s.Findings {
			f := &s.Findings[i]
			all[found{f.ID, f.Check, string(f.Severity), f.Subject, f.Field, f.Message}]++
		}
	}
	return all, cut, nil
}

// analyzed is what meshaudit analyze finds in the cluster.
func (b *bench) analyzed(ctx context.Context) (map[found]int, error) {
	c := exec.CommandContext(ctx, b.binary, "analyze", "--kubeconfig", b.kubeconfig, "--output", "json")
	var out, complaints bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaints
	err := c.Run()
	var ended *exec.ExitError
	if err != nil && (!errors.As(err, &ended) || ended.ExitCode() != 3) { // 3: there are findings
		return nil, fmt.Errorf("analyze: %w: %s", err, complaints.String())
	}
	var document struct {
		Findings []found `json:"findings"`
	}
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		return nil, fmt.Errorf("analyze: %w", err)
	}
	all := map[found]int{}
	for _, f := range document.Findings {
		all[f]++
	}
	return all, nil
}
