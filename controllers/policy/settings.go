package policy

import (
	"k8s.io/apimachinery/pkg/types"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	reports "github.com/meshaudit/meshaudit/controllers/report"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/cloud"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

// Settings are what a policy says, checked and with the defaults filled in.
type Settings struct {
	Findings   findings.Policy
	Sensitive  *kinds.SensitiveSettings
	Thresholds *kinds.ThresholdSettings
	Mesh       *kinds.MeshConfiguration
	AppMesh    *kinds.AppMeshConfiguration
	AWS        cloud.Config
	// Secrets may be read.
	Secrets bool
	// ConfigMaps are those to be watched by name: further ones with a MeshConfig,
	// and the root of the mesh's certificates.
	ConfigMaps []types.NamespacedName
	Reports    reports.Limits
	Metrics    metrics.Limits
	// Events are written.
	Events bool
	// OpenReports are written.
	OpenReports bool
}

// Objects are the settings that checks read, as objects of the inventory.
func (s *Settings) Objects() []*inventory.Object {
	return []*inventory.Object{
		s.Sensitive.Object(), s.Thresholds.Object(), s.Mesh.Object(), s.AppMesh.Object(),
	}
}

// Verdict says what of a policy, or of an exception, is not in force.
type Verdict struct {
	Rejected []v1alpha1.Rejection
	// Unmatched are the patterns that match no check.
	Unmatched []string
}

// Compile makes settings of a policy; of nil, the defaults.
func Compile(p *v1alpha1.MeshAuditPolicy, checks []analysis.Check) (Settings, Verdict) {
	if p == nil {
		p = &v1alpha1.MeshAuditPolicy{}
	}
	c := &compiler{checks: checks}
	s := Settings{
		Findings: findings.Policy{
			Profile: c.profile(p.Spec.Profile), Rules: c.rules(p.Spec.Checks),
			Audited: c.scope(p.Spec.Namespaces), OwnerLabel: c.ownerLabel(p.Spec.OwnerLabel),
			Exceptions: c.bounds(p.Spec.Exceptions),
		},
		Sensitive:   c.sensitive(p.Spec.Sensitive),
		Thresholds:  c.thresholds(p.Spec.Thresholds),
		Mesh:        c.mesh(p.Spec.Mesh),
		AppMesh:     c.appMesh(p.Spec.AppMesh),
		AWS:         c.aws(p.Spec.AppMesh.AWS),
		Secrets:     p.Spec.Secrets.Read,
		Reports:     c.reports(p.Spec.Reports),
		Metrics:     c.metrics(p.Spec.Metrics),
		Events:      events(p.Spec.Events),
		OpenReports: p.Spec.Export.OpenReports,
	}
	s.ConfigMaps = configMaps(s.Mesh)
	s.Findings.Optional = optional(s.AWS.Mode)
	return s, c.verdict
}
