// Package analysis is the contract between checks and those who run them.
//
// A check is an [Analyzer]: data that describes one mistake, and a Run
// function that looks for it in one subject. It lives in a folder of its own,
// internal/analyzers/<category>/<problem>, with two fixtures beside it:
// testdata/bad.yaml, which shows the mistake with the expected message on the
// line at fault (# want "regular expression"), and testdata/good.yaml, which
// holds everything that looks like the mistake and is not. A MeshAuditPolicy in a
// fixture is in force, as with a check that compares with a threshold.
//
// # Writing a check
//
// Start it with
//
//	go run ./hack/newanalyzer routing/unknownhost
//
// then write the good fixture, the bad one, Run, and call make generate.
//
//   - Run is called once per subject and reports about that subject alone, by
//     field path. Other objects go into Related. A conflict between two objects
//     is reported on both, each time seen from the subject.
//   - Where the same mistake is made on several kinds of objects, Also names the
//     others, and Run tells them apart by the kind of the subject's reference.
//   - Everything is read through the [Pass], mostly by the typed handles of
//     package kinds and the shared notions of package mesh. Each read is
//     recorded, also one that found nothing, and wakes the subject when it
//     would come out differently. So a check declares no inputs.
//   - A check has no state, does no I/O, returns no error, changes nothing that
//     it read, and knows the time only through [Pass.Reached].
//   - Read no more than the verdict needs, and return early: a read of a kind
//     that is forbidden or did not decode makes the check "not evaluated" for
//     the subject, whatever it reported.
//   - Where many subjects read one large bucket, sum it up: kinds.Summarize, as
//     mesh.Rivals does. What one subject may read at all is bounded ([Budget]).
//   - Messages quote the deciding object and value, name dates and not
//     durations, and speak of none, some or all Pods and not of their number,
//     so that scaling changes no report.
//   - When the answer is not certain, say nothing, or say less.
package analysis
