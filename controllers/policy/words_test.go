package policy_test

import (
	"strings"

	"github.com/meshaudit/meshaudit/internal/findings"
)

func fields(text string) []string { return strings.Fields(text) }

// namespace makes one of a name, or of a label key=value.
func namespace(text string) findings.Namespace {
	if key, value, ok := strings.Cut(text, "="); ok {
		return findings.Namespace{Name: "labelled", Labels: map[string]string{key: value}}
	}
	return findings.Namespace{Name: text}
}
