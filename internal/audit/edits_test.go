//go:build !race

package audit_test

// manyEdits is how many the stories of TestIncrementalEqualsFromScratch have
// unless -edits says otherwise.
const manyEdits = 100_000
