package kinds

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// UnknownKindError tells that the table has no such kind.
type UnknownKindError struct {
	Kind inventory.Kind
}

func (e *UnknownKindError) Error() string { return fmt.Sprintf("kind %s is not read", e.Kind) }

// UnknownVersionError tells that the table has the kind in other versions.
type UnknownVersionError struct {
	Kind    inventory.Kind
	Version string
	// Known are the versions that can be decoded, preferred first.
	Known []string
}

func (e *UnknownVersionError) Error() string {
	return fmt.Sprintf("version %q of kind %s is not understood, only %s", e.Version, e.Kind, strings.Join(e.Known, ", "))
}

// Decode makes the inventory's object of a manifest in JSON. The error is an
// [UnknownKindError] or an [UnknownVersionError]; what is wrong inside the
// object is told by its fault.
func Decode(apiVersion, kind string, raw []byte) (*inventory.Object, error) {
	k := groupKind(apiVersion, kind)
	row, ok := Lookup(k)
	if !ok || row.Internal {
		return nil, &UnknownKindError{Kind: k}
	}
	version := apiVersion[strings.Index(apiVersion, "/")+1:]
	if !slices.Contains(row.Versions, version) {
		return nil, &UnknownVersionError{Kind: k, Version: version, Known: row.Versions}
	}
	return row.Decode(raw), nil
}
