package report

import (
	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// DefaultMaxSize is the size in bytes that a report may have.
const DefaultMaxSize = 256 << 10

// Options are what a status depends on, beside the views.
type Options struct {
	// APIVersion names the API version in which a kind is shown; see
	// [APIVersion].
	APIVersion func(inventory.Kind) string
	// MaxSize bounds the JSON of a report in bytes. What is not a finding is
	// bounded by the number of checks and kinds, and not cut, save for the kinds
	// that checks could not read.
	MaxSize int
	// Sources are those outside the cluster.
	Sources []Source
	// Resolved is what went; see [Options.Resolve].
	Resolved []v1alpha1.Resolved
}

// unknownVersion stands for the version of a kind that the schema lacks, such
// as the controller of a workload that only its owner reference names.
const unknownVersion = "unknown"

// APIVersion names API versions by a schema. That of a kind outside the schema
// is its group with an unknown version; the core group has only v1.
func APIVersion(s *inventory.Schema) func(inventory.Kind) string {
	return func(k inventory.Kind) string {
		if info, ok := s.Lookup(k); ok {
			return info.APIVersion()
		}
		if group := k.Group(); group != "" {
			return group + "/" + unknownVersion
		}
		return "v1"
	}
}
