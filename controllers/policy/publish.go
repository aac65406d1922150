package policy

import (
	"fmt"

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
		if !silencedPattern.MatchString(pattern) {
			return fmt.Errorf("%q is neither the name of a check nor a pattern of names", pattern)
		}
		c.known(pattern)
		return nil
	})
	return b
}

// events tells whether Events are written, which is the default.
func events(p v1alpha1.Events) bool { return p.Enabled == nil || *p.Enabled }
