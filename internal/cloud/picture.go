package cloud

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// picture is what is known of one mesh.
type picture struct {
	mesh item
	// resources are those of the last whole sweep, by ARN.
	resources map[string]*kinds.AWSResource
	// described is what failed sweeps described since then.
	described map[string]*kinds.AWSResource
	// certificates are the ARNs that listeners name. Sorted.
	certificates []string
	sweep        *kinds.AWSSweep // of the last whole sweep; nil before the first
	denied       bool
}

func newPicture(mesh item) *picture {
	return &picture{mesh: mesh, described: map[string]*kinds.AWSResource{}}
}

// gone tells whether the last whole sweep found nothing, not even the mesh.
func (p *picture) gone() bool { return p.sweep != nil && len(p.resources) == 0 }

// change is how a picture differs from the one before it.
type change struct {
	put  []*kinds.AWSResource
	gone []string // ARNs
}

// take makes what a whole sweep found the picture.
func (p *picture) take(found map[string]*kinds.AWSResource, began time.Time) change {
	var c change
	var fresh []string
	for _, arn := range slices.Sorted(maps.Keys(found)) {
		old, had := p.resources[arn]
		if !had && p.sweep != nil {
			fresh = append(fresh, arn)
		}
		if !had || old != found[arn] {
			c.put = append(c.put, found[arn])
		}
	}
	for _, arn := range slices.Sorted(maps.Keys(p.resources)) {
		if found[arn] == nil {
			c.gone = append(c.gone, arn)
		}
	}
	next := &kinds.AWSSweep{Mesh: p.mesh.meshKey(), Began: began, Recent: c.gone, New: fresh}
	if p.sweep != nil {
		next.Previous = p.sweep.Began
	}
	p.resources, p.described, p.sweep = found, map[string]*kinds.AWSResource{}, next
	p.certificates = certificatesOf(found)
	return c
}

// listeners is where a specification names certificates of ACM.
type listeners struct {
	Listeners []struct {
		TLS struct {
			Certificate struct {
				ACM struct {
					ARN string `json:"certificateArn"`
				} `json:"acm"`
			} `json:"certificate"`
		} `json:"tls"`
	} `json:"listeners"`
}

// certificatesOf are the ARNs of certificates that listeners name. Sorted.
func certificatesOf(resources map[string]*kinds.AWSResource) []string {
	var arns []string
	for _, r := range resources {
		var l listeners
		if !strings.Contains(r.Spec, `"certificateArn"`) || json.Unmarshal([]byte(r.Spec), &l) != nil {
			continue
		}
		for _, x := range l.Listeners {
			if arn := x.TLS.Certificate.ACM.ARN; arn != "" {
				arns = append(arns, arn)
			}
		}
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}
