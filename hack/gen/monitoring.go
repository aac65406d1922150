package main

import (
	"maps"
	"slices"

	"github.com/meshaudit/meshaudit/internal/monitoring"
)

// monitoringFiles are the alert rules and the dashboards.
func monitoringFiles() []generator {
	files := monitoring.Files()
	out := make([]generator, 0, len(files))
	for _, path := range slices.Sorted(maps.Keys(files)) {
		out = append(out, generator{path, func(string) ([]byte, error) { return files[path]() }})
	}
	return out
}
