package cloud

import "time"

// Class says how a source answers.
type Class string

// The classes of a source. Off is that of one that is not asked: in mode Off,
// without an App Mesh object or, in mode Auto, without credentials or region.
const (
	ClassAvailable   Class = "Available"
	ClassThrottled   Class = "Throttled"
	ClassDenied      Class = "Denied"
	ClassUnreachable Class = "Unreachable"
	ClassWithdrawn   Class = "Withdrawn"
	ClassUnknown     Class = "Unknown"
	ClassOff         Class = "Off"
)

// Status is how a source answers. It holds nothing secret, and nothing that
// changes from one request to the next but LastSuccess.
type Status struct {
	// Name is one of the source names.
	Name string
	// Region is that which is asked; empty while none is known.
	Region string
	Class  Class
	// Message says what is wrong, for a person; empty if nothing is.
	Message string
	// LastSuccess is when the last round in which the source answered
	// everything ended; zero if there was none.
	LastSuccess time.Time
}
