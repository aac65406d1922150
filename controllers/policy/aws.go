package policy

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/cloud"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const awsField = "spec.appMesh.aws"

// Bounds of what the policy may say of AWS.
const (
	shortestInterval = time.Minute
	longestInterval  = 24 * time.Hour
	longestMeshName  = 255
)

var (
	awsRegion   = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`)
	awsEndpoint = regexp.MustCompile(`^https?://[^/?#@\s]+(/[^?#\s]*)?$`)
)

func (c *compiler) aws(p v1alpha1.AWS) cloud.Config {
	out := cloud.Config{
		Mode: c.awsMode(p.Mode), Region: c.matching(awsField+".region", p.Region, awsRegion),
		Endpoints: c.awsEndpoints(p.Endpoints), Exclusive: p.Exclusive, Interval: cloud.DefaultInterval,
		Certificates: p.Certificates == nil || *p.Certificates,
	}
	out.Meshes = keep(c, awsField+".meshes", p.Meshes, func(name string) error {
		if name == "" || len(name) > longestMeshName {
			return fmt.Errorf("%q is no name of a mesh", name)
		}
		return nil
	})
	slices.Sort(out.Meshes)
	out.Meshes = slices.Compact(out.Meshes)
	if d := p.Interval; d != nil {
		const field = awsField + ".interval"
		out.Interval = within(c, field, d.Duration, shortestInterval, longestInterval, out.Interval)
	}
	return out
}

func (c *compiler) awsMode(m v1alpha1.AWSMode) cloud.Mode {
	switch m {
	case "", v1alpha1.AWSAuto:
		return cloud.Auto
	case v1alpha1.AWSOff:
		return cloud.Off
	case v1alpha1.AWSRequired:
		return cloud.Required
	}
	c.reject(awsField+".mode", "%q is none of Auto, Off and Required", m)
	return cloud.Auto
}

func (c *compiler) awsEndpoints(p v1alpha1.AWSEndpoints) map[string]string {
	out := map[string]string{}
	for _, e := range []struct{ source, field, url string }{
		{cloud.SourceAppMesh, "appMesh", p.AppMesh}, {cloud.SourceACM, "acm", p.ACM}, {cloud.SourceSTS, "sts", p.STS},
	} {
		if url := c.matching(awsField+".endpoints."+e.field, e.url, awsEndpoint); url != "" {
			out[e.source] = url
		}
	}
	return out
}

// matching is the text, or "" if it does not match.
func (c *compiler) matching(field, text string, pattern *regexp.Regexp) string {
	if text != "" && !pattern.MatchString(text) {
		c.reject(field, "%q does not match %s", text, pattern)
		return ""
	}
	return text
}

// optional tells of kinds without which reports are complete: those of AWS,
// unless they are required.
func optional(mode cloud.Mode) func(inventory.Kind) bool {
	return func(k inventory.Kind) bool {
		row, ok := kinds.Lookup(k)
		return ok && row.Cloud && mode != cloud.Required
	}
}
