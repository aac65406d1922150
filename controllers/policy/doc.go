// Package policy turns the MeshAuditPolicy into settings, and MeshAuditExceptions
// into what the ledger silences.
//
// [Compile] is a pure function of the policy: what is missing is the default,
// what is invalid is ignored and named. The command line compiles a policy from
// a file the same way.
//
// The controller runs on every replica. It watches the one policy, compiles it,
// and swaps all settings at once: profile, severities and namespaces act in the
// ledger; what checks read are objects of the inventory, so that a change wakes
// their readers; Secrets and further ConfigMaps switch watches, and what is said
// of AWS goes to its poller. Without the policy, its CRD, or the right to read it,
// the defaults hold. The leader writes the policy's status, if it differs. Between
// goroutines there are one policy, one signal that it changed, and one key in the
// queue of its status.
//
// [Exceptions] does the same for the exceptions of all namespaces. The settings
// are applied after the first list of them acts in the ledger, so that nothing
// that they silence is published at a start. It wakes the ledger when one of them
// expires. Their statuses follow what the ledger says of their use, on the
// leader, once the reports show it; thousands of them change at 20 a second.
package policy
