// Package findings remembers what is wrong and since when.
//
// The ledger takes the engine's results and keeps, for each report, the
// findings of its subjects. It adds what a single evaluation cannot know: when
// a finding was first seen, that a finding stays, marked stale, while its check
// cannot be evaluated, and which checks could not look at a kind at all. It
// applies the policy (profile, severities, disabled checks, audited namespaces)
// and the exceptions, by which findings stay and do not count; so a change of
// these re-evaluates nothing.
//
// A report is named by a namespace; "" is the report of the cluster.
//
// The ledger is bounded by the namespaces that there are and the subjects with
// something to tell: nothing stays of a namespace that is gone once the last of
// its subjects is; exceptions stay until they are deleted. Until a moment after
// a restart it also holds the first-seen times of the reports that were
// restored.
package findings
