package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// mended is the mistake of config/samples/24-mtls.yaml, which its deletion
// mends.
var mended = struct{ apiVersion, kind, namespace, name, category string }{
	"networking.istio.io/v1", "DestinationRule", "sample-mtls", "ledger", "mtls",
}

// mending is the command that does it.
func mending() string {
	return fmt.Sprintf("kubectl -n %s delete %s %s", mended.namespace, strings.ToLower(mended.kind), mended.name)
}

// mend mends one of the samples and tells how soon its report says so, counted
// from the request to the API server.
func (d *demo) mend(ctx context.Context) error {
	mistake := &unstructured.Unstructured{}
	mistake.SetAPIVersion(mended.apiVersion)
	mistake.SetKind(mended.kind)
	mistake.SetNamespace(mended.namespace)
	mistake.SetName(mended.name)
	began := time.Now()
	if err := d.cluster.Client.Delete(ctx, mistake); err != nil {
		return fmt.Errorf("mend %s: %w", mended.namespace, err)
	}
	if err := d.await(ctx, "the fix in the report of "+mended.namespace, d.notMended); err != nil {
		return fmt.Errorf("%w\n%s", err, d.cluster.LogTail(operatorName))
	}
	d.say("a fix was in the report after %d ms (%s)", time.Since(began).Milliseconds(), mending())
	return nil
}

func (d *demo) notMended(ctx context.Context) (string, error) {
	reports, err := d.reports(ctx)
	if err != nil {
		return "", err
	}
	findings := reports[mended.namespace].Status.Findings
	left := func(f finding) bool { return f.Category == mended.category && f.atLeast("Low") }
	if i := slices.IndexFunc(findings, left); i >= 0 {
		return "it still has " + findings[i].Check, nil
	}
	return "", nil
}
