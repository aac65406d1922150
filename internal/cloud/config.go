package cloud

import (
	"maps"
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Mode says when AWS is read.
type Mode string

// The modes. Only in mode Required does a source that does not answer make
// reports incomplete.
const (
	Auto     Mode = "Auto" // if an App Mesh object exists, and credentials
	Off      Mode = "Off"
	Required Mode = "Required"
)

// Names of the sources, and the keys of [Config.Endpoints].
const (
	SourceAppMesh = kinds.SourceAppMesh
	SourceACM     = kinds.SourceACM
	SourceSTS     = kinds.SourceSTS
)

// DefaultInterval is the time between the begins of two sweeps if none is given.
const DefaultInterval = 5 * time.Minute

// Config says what to read. The zero value is the default, save that it reads
// no certificates.
type Config struct {
	// Mode is Auto if empty.
	Mode Mode
	// Region is that of the SDK's usual chain if empty. The instance metadata
	// service is never asked.
	Region string
	// Endpoints are URLs to use instead of AWS's own, by source name.
	Endpoints map[string]string
	// Meshes are the names of the meshes to read; all that the caller sees if empty.
	Meshes []string
	// Exclusive tells that this cluster owns the meshes. Checks read it; what
	// is polled does not depend on it.
	Exclusive bool
	// Interval is the least time between the begins of two sweeps;
	// [DefaultInterval] if not positive. It is never below twice what the last
	// sweep took, and at most a tenth is added by chance.
	Interval time.Duration
	// Certificates tells to ask ACM about the certificates of listeners.
	Certificates bool
}

func (c Config) interval() time.Duration {
	if c.Interval <= 0 {
		return DefaultInterval
	}
	return c.Interval
}

// reads tells whether the configuration lets anything be read.
func (c Config) reads(present bool) bool {
	return c.Mode == Required || c.Mode != Off && present
}

// sameWorld tells whether two configurations, if they read anything, read the
// same things of the same account in the same way.
func (c Config) sameWorld(o Config) bool {
	return c.Region == o.Region && c.Certificates == o.Certificates &&
		maps.Equal(c.Endpoints, o.Endpoints) && slices.Equal(c.Meshes, o.Meshes)
}

// wants tells whether a mesh of the name is to be read.
func (c Config) wants(mesh string) bool {
	return len(c.Meshes) == 0 || slices.Contains(c.Meshes, mesh)
}
