package monitoring

import (
	"maps"

	"github.com/meshaudit/meshaudit/internal/monitoring/alerts"
	"github.com/meshaudit/meshaudit/internal/monitoring/dashboards"
)

// Files makes all generated files, by their paths in the repository.
func Files() map[string]func() ([]byte, error) {
	all := alerts.Files()
	maps.Copy(all, dashboards.Files())
	return all
}
