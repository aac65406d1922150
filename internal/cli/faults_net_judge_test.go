package cli

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// settled waits until the reports say what they should, and fails the test if
// then anything is written that need not be, or if it was forgotten since when
// something is wrong.
func (p *play) settled(t *testing.T) {
	t.Helper()
	envtesting.WaitFor(t, func() error { return p.differs(t, p.scene) })
	p.operator.settle(t)
	p.seen.kept(t, p.shopSeen(t))
	before := len(p.operator.which(request.ours))
	p.mark(t)
	for _, q := range p.operator.which(request.ours)[before:] {
		if !strings.Contains(q.path, "/"+p.marker+"/") {
			t.Errorf("%s, which nobody needs", q)
		}
	}
	if err := p.differs(t, p.scene); err != nil {
		t.Error(err)
	}
}

// mark makes an edit of no concern to any report but the marker's, and waits
// until that one shows it.
func (p *play) mark(t *testing.T) {
	t.Helper()
	p.marks++
	host := fmt.Sprintf("mark-%d", p.marks)
	p.applyText(t, p.marker, route("mark", "mark", host))
	p.waitForReport(t, p.marker, func(s *v1alpha1.MeshAuditReportStatus) error {
		if len(s.Findings) != 1 || !strings.Contains(s.Findings[0].Message, host) {
			return fmt.Errorf("findings %+v, want one about %s", s.Findings, host)
		}
		return nil
	})
}

// since is when each finding was first seen, by check and ID.
type since map[string]metav1.Time

// kept fails the test if a finding is gone, or was first seen at another time.
func (s since) kept(t *testing.T, now since) {
	t.Helper()
	for finding, was := range s {
		if at, ok := now[finding]; !ok || !at.Equal(&was) {
			t.Errorf("%s was first seen at %s and now at %s (%t)", finding, was, at, ok)
		}
	}
}

// shopSeen is since when what is wrong in the shop is.
func (p *play) shopSeen(t *testing.T) since {
	t.Helper()
	r := &v1alpha1.MeshAuditReport{}
	err := p.api.Get(t.Context(), client.ObjectKey{Namespace: p.shop, Name: v1alpha1.ReportName}, r)
	if err != nil {
		t.Fatal(err)
	}
	m := since{}
	for _, f := range r.Status.Findings {
		m[f.Check+" "+f.ID] = f.FirstSeen
	}
	return m
}
