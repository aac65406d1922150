package policy

import (
	"fmt"
	"math"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

func (c *compiler) sensitive(p v1alpha1.Sensitive) *kinds.SensitiveSettings {
	const field = "spec.sensitive"
	s := kinds.DefaultSensitive()
	if p.Namespaces != nil {
		s.Namespaces = c.patterns(field+".namespaces", p.Namespaces)
	}
	if p.NamespaceSelector != nil {
		if _, ok := c.selector(field+".namespaceSelector", p.NamespaceSelector); ok {
			s.NamespaceSelector = p.NamespaceSelector
		}
	}
	if p.Labels != nil {
		s.Labels = p.Labels
	}
	if p.Ports != nil {
		s.Ports = keep(c, field+".ports", p.Ports, validPort)
	}
	if p.Paths != nil {
		s.Paths = keep(c, field+".paths", p.Paths, validPath)
	}
	return s
}

func validPort(port int32) error {
	if port < 1 || port > math.MaxUint16 {
		return fmt.Errorf("%d is no port", port)
	}
	return nil
}

func validPath(path string) error {
	if !strings.HasPrefix(path, "/") {
		return fmt.Errorf("%q does not begin with a slash", path)
	}
	return nil
}

func (c *compiler) thresholds(p v1alpha1.Thresholds) *kinds.ThresholdSettings {
	s := kinds.DefaultThresholds()
	s.GracePeriod = c.duration("spec.thresholds.gracePeriod", p.GracePeriod, 24*time.Hour, s.GracePeriod)
	if n := p.Services; c.within("spec.thresholds.services", n, math.MaxInt32) {
		s.Services = int(*n)
	}
	if n := p.CertificateDays; c.within("spec.thresholds.certificateDays", n, 365) {
		s.Certificate = time.Duration(*n) * kinds.Day
	}
	return s
}

// within tells whether a number is given and between 1 and most.
func (c *compiler) within(field string, n *int32, most int32) bool {
	if n == nil {
		return false
	}
	if *n < 1 || *n > most {
		c.reject(field, "%d is not between 1 and %d", *n, most)
		return false
	}
	return true
}

// duration is the given one, or the default if it is missing or out of range.
func (c *compiler) duration(field string, p *metav1.Duration, most, otherwise time.Duration) time.Duration {
	if p == nil {
		return otherwise
	}
	if p.Duration < 0 || p.Duration > most {
		c.reject(field, "%s is not between 0s and %s", p.Duration, most)
		return otherwise
	}
	return p.Duration
}

func (c *compiler) appMesh(p v1alpha1.AppMesh) *kinds.AppMeshConfiguration {
	s := kinds.DefaultAppMesh()
	s.Exclusive = p.AWS.Exclusive
	if p.EndOfSupport == "" {
		return s
	}
	day, err := time.Parse(time.DateOnly, p.EndOfSupport)
	if err != nil {
		c.reject("spec.appMesh.endOfSupport", "%q is no day such as 2026-09-30", p.EndOfSupport)
		return s
	}
	s.EndOfSupport = day
	return s
}
