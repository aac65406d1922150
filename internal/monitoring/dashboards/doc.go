// Package dashboards is the one source of the Grafana dashboards. hack/gen
// writes config/grafana from it: one JSON file each, and a kustomization that
// makes ConfigMaps of them.
//
// A dashboard is a list of panels, each as wide and high as it says, laid out
// from left to right. Their queries follow these laws, held by tests:
//
//   - They aggregate over replicas by max before anything else: while the
//     leader changes, two of them may tell of the same findings.
//   - They select by the variables cluster and namespace, whose value for all
//     also takes what has no such label.
//   - Rates are over Grafana's own interval.
//   - On a real Prometheus that scrapes a real operator, each gives data.
package dashboards
