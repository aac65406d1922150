package report

import (
	"strings"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// maxText bounds the texts of a finding, which may quote what a user wrote.
const maxText = 2048

func (o Options) finding(f *findings.Finding) v1alpha1.Finding {
	out := v1alpha1.Finding{
		ID: f.ID, Check: f.Check.ID(), Severity: v1alpha1.Severity(f.Severity.String()), Category: f.Check.Category,
		Subject: o.reference(f.Subject),
		Field:   clip(f.Field, maxText), Message: clip(f.Message, maxText), Fix: clip(f.Fix, maxText),
		RelatedCount: count(f.RelatedCount), Equivalents: f.Check.Equivalents,
		FirstSeen: metav1.NewTime(f.FirstSeen), Stale: f.Stale, SuppressedBy: f.SuppressedBy,
	}
	for _, r := range f.Related {
		out.Related = append(out.Related, o.reference(r))
	}
	return out
}

func (o Options) reference(r inventory.Ref) v1alpha1.ObjectReference {
	return v1alpha1.ObjectReference{
		APIVersion: o.APIVersion(r.Kind), Kind: r.Kind.Short(), Namespace: r.Namespace, Name: r.Name,
	}
}

// dereference is the inverse of reference.
func dereference(r v1alpha1.ObjectReference) inventory.Ref {
	kind := r.Kind
	if group, _, ok := strings.Cut(r.APIVersion, "/"); ok {
		kind += "." + group
	}
	return inventory.Ref{Kind: inventory.Kind(kind), Namespace: r.Namespace, Name: r.Name}
}

// clip shortens a text that is too long, at a rune.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
