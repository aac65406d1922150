// Package e2e holds the story of the whole product, from its installation to the
// end of an alert: kubectl, a real API server, the operator with the rights of
// config/rbac, and a real Prometheus with the alert rules. make e2e tells it.
package e2e
