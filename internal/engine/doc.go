// Package engine decides what to evaluate: it keeps, for each subject, the
// findings of its checks and the buckets that they read, and evaluates again
// exactly the subjects whose buckets changed.
//
// # Algorithm
//
// A subject is an object, or a workload named by its controller. It exists
// while at least one object proposes it ([inventory.KindInfo.Subjects]). All
// checks of a subject run in one pass. The reads of the pass are its memo,
// together with the result and the earliest time that a check asked about.
//
//	Apply     an object changes → buckets of the old and of the new value
//	          → their readers, and the subjects that either proposes, are dirty
//	SetState  a kind's availability changes → readers of any of its buckets
//	Evaluate  dirty subjects → reads and results replaced → differing results out
//	Wake      time passes → the subjects that asked for it are dirty
//	Verify    in idle moments, from scratch → reads and results compared
//
// Where thousands look at each other, as VirtualServices of one host do, each
// reads a summary of the bucket ([inventory.NewSummary]) instead of its members:
// it is made once for each change of the bucket, and wakes its readers only if
// it differs.
//
// # Laws
//
//   - Incremental equals from scratch: after any sequence of changes, once
//     nothing is dirty, the results are those of a new engine that was handed
//     the final objects, states and time.
//   - The order of changes within and between batches does not matter.
//   - A value equal to the stored one makes nothing dirty; a result equal to
//     the remembered one is not handed out.
//   - Reads are remembered also of a check that panicked, and also when they
//     found nothing.
//
// # Bounds
//
// Memos, reads and readers are bounded by the subjects that there are. So are
// the queue and the times to wake at, to which each change may add one: beyond
// two entries a subject, what is void is dropped. The sink is called, not
// queued for: while it works, changes collect in the inbox.
//
// # Left out
//
// Facts between checks, tasks per check, memos on disk and generic dependency
// graphs: each costs more memory or time than the evaluations that it saves.
// Evaluation runs on one goroutine, so that every pass sees one moment in time
// without a lock; [Audit] is the parallel form for inputs that never change.
package engine
