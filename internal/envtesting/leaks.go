package envtesting

import "go.uber.org/goleak"

// Leaks tells which goroutines run on after a second or so, other than those
// that the options leave out, and than idle connections: client-go keeps these
// for the life of a process. A watch that goes on shows by whoever reads it.
func Leaks(others ...goleak.Option) error {
	return goleak.Find(append(others,
		goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"),
		goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))...)
}
