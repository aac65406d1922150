package policy

import (
	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
)

// bounds limits what the exceptions of a namespace may silence.
func (c *compiler) bounds(p v1alpha1.Exceptions) findings.Bounds {
	const field = "spec.exceptions"
	var b findings.Bounds
	if p.MaxSeverity != "" {
		var err error
		if b.MaxSeverity, err = analysis.ParseSeverity(string(p.MaxSeverity)); err != nil {
			c.reject(field+".maxSeverity", "%v", err)
		}
	}
	b.Checks = keep(c, field+".checks", p.Checks, func(pattern string) error {
		err := silenceable(pattern)
		if err == nil {
			c.known(pattern)
		}
		return err
	})
	return b
}

// events tells whether Events are written, which is the default.
func events(p v1alpha1.Events) bool { return p.Enabled == nil || *p.Enabled }
