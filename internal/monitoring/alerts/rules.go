package alerts

import (
	"time"

	"github.com/prometheus/common/model"
)

// The form of Prometheus' rule files, which is that of a PrometheusRule's spec.
type (
	ruleFile struct {
		Groups []ruleGroup `json:"groups"`
	}
	ruleGroup struct {
		Name  string `json:"name"`
		Rules []rule `json:"rules"`
	}
	rule struct {
		Alert       string            `json:"alert"`
		Expr        string            `json:"expr"`
		For         string            `json:"for,omitempty"`
		KeepFiring  string            `json:"keep_firing_for,omitempty"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	}
)

func rules() ruleFile {
	group := ruleGroup{Name: "meshaudit"}
	for _, a := range All() {
		group.Rules = append(group.Rules, a.rule())
	}
	return ruleFile{Groups: []ruleGroup{group}}
}

func (a *Alert) rule() rule {
	return rule{
		Alert: a.Name, Expr: a.Expr, For: duration(a.For), KeepFiring: duration(a.KeepFiring),
		Labels: map[string]string{"severity": string(a.Severity)},
		Annotations: map[string]string{
			"summary": a.Summary, "description": a.Description, "threshold": a.Threshold, "runbook_url": a.Runbook(),
		},
	}
}

// duration is in Prometheus' words, "" for none.
func duration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return model.Duration(d).String()
}
