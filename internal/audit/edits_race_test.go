//go:build race

package audit_test

// manyEdits is a tenth under the race detector, which makes an edit cost ten
// times as much and finds nothing that depends on which edit it is: make test
// has the other run, too.
const manyEdits = 10_000
