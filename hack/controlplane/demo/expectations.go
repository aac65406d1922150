package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// healthy namespaces have nothing above Info.
var healthy = []string{"appmesh-system", "istio-ingress", "istio-system", "shop"}

// faulty namespaces have the mistake of one area each, at Medium or worse; what
// concerns no namespace is in the cluster's report.
var faulty = []struct{ namespace, category string }{
	{"sample-injection", "injection"},
	{"sample-gateway", "gateway"},
	{"sample-exposure", "exposure"},
	{"sample-mtls", "mtls"},
	{"sample-observability", "observability"},
	{"sample-resources", "resources"},
	{"sample-networkpolicy", "networkpolicy"},
	{"sample-ambient", "ambient"},
	{"sample-migration", "migration"},
	{wholeCluster, "appmesh"},
}

func (d *demo) awaitReports(ctx context.Context) error {
	d.say("waiting for the reports")
	err := d.await(ctx, "the reports", func(ctx context.Context) (string, error) {
		reports, err := d.reports(ctx)
		return strings.Join(unmet(reports), "; "), err
	})
	if err != nil {
		return fmt.Errorf("%w\n%s", err, d.cluster.LogTail(operatorName))
	}
	d.say("the expected reports are there")
	return nil
}

// unmet says what the reports lack, and what they have too much of.
func unmet(reports map[string]report) (list []string) {
	if missing := without(reports); len(missing) > 0 {
		list = append(list, "no report of "+strings.Join(missing, ", "))
	}
	for _, namespace := range healthy {
		list = append(list, ailments(reports[namespace])...)
	}
	for _, want := range faulty {
		r, ok := reports[want.namespace]
		if ok && !r.has(want.category) {
			list = append(list, fmt.Sprintf("no finding of %s in %s", want.category, want.namespace))
		}
	}
	return list
}

// without names the namespaces that have no report.
func without(reports map[string]report) (list []string) {
	namespaces := slices.Clone(healthy)
	for _, want := range faulty {
		namespaces = append(namespaces, want.namespace)
	}
	for _, namespace := range namespaces {
		if _, ok := reports[namespace]; !ok {
			list = append(list, namespace)
		}
	}
	return list
}

func (r *report) has(category string) bool {
	return slices.ContainsFunc(r.Status.Findings, func(f finding) bool {
		return f.Category == category && f.atLeast("Medium")
	})
}

// ailments are what a healthy namespace should not have.
func ailments(r report) (list []string) {
	for _, f := range r.Status.Findings {
		if f.atLeast("Low") {
			list = append(list, fmt.Sprintf("%s should be healthy and has %s (%s: %s)",
				r.Metadata.Namespace, f.Check, f.Severity, f.Message))
		}
	}
	return list
}
