// Package alerts is the one source of the alert rules: what they look for, how
// long, why so, and what they say. hack/gen writes config/prometheus from it.
//
// Laws, each held by a test:
//
//   - Every expression aggregates over replicas by max, min or group: while the
//     leader changes, two of them may tell of the same findings.
//   - Every alert keeps the label cluster, so that the rules hold for a
//     Prometheus that sees several clusters, too.
//   - An alert about findings has the label namespace, the one that is audited
//     (none for the cluster's own report), one about an exception that of its
//     namespace; and both have the label owner, where the policy's ownerLabel
//     gives one.
//   - Every threshold and every duration has its reason in the annotation
//     threshold, and every alert its page in docs/runbooks.
package alerts
