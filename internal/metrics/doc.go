// Package metrics shows the ledger to Prometheus.
//
// What is known of findings is computed at each scrape from the ledger's
// immutable views, so that no series outlives what it is about, and only by
// the leader, so that replicas do not count twice. The other metrics are of
// each replica: a fixed number of counters and the last step of the engine. No
// label holds free text. Series about findings are bounded by [Limits]; what is
// left out is counted.
package metrics
