package ingest

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// errVersions: a CRD serves none of the versions that we understand.
var errVersions = errors.New("no version that MeshAudit understands is served")

// catalog tells which custom kinds the API server serves: from the CRDs, or,
// where these may not be read, from discovery.
type catalog struct {
	mu sync.Mutex
	// crds are the CRDs by name; nil until they have been listed.
	crds map[string]*inventory.Object
	// found are the versions by CRD name that discovery found; nil while it is
	// not asked.
	found map[string][]string
	lists int // of CRDs that came
}

// hear books CRDs as they come from their watch.
func (c *catalog) hear(objects []*inventory.Object, whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if whole {
		c.crds, c.found = make(map[string]*inventory.Object, len(objects)), nil
		c.lists++
	}
	for _, o := range objects {
		if o.Value == nil && o.Fault == nil {
			delete(c.crds, o.Ref.Name)
			continue
		}
		c.crds[o.Ref.Name] = o
	}
}

// asking is to be handed to [catalog.discovered] with the answer of a discovery
// that begins now.
func (c *catalog) asking() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lists
}

// discovered books what discovery found, unless the CRDs came meanwhile, which
// know more and tell of their changes.
func (c *catalog) discovered(found map[string][]string, asked int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if asked == c.lists {
		c.found = found
	}
}

// plan tells what is to be done for a kind, which, if it is off by default, is
// turned on or not; false if that is not known yet.
func (c *catalog) plan(row *kinds.Row, on bool) (plan, bool) {
	switch {
	case row.Internal:
		return plan{state: inventory.Listed}, true
	case row.Cloud, row.OffByDefault && !on:
		return plan{state: inventory.Off}, true
	case row.Custom:
		return c.custom(row)
	}
	return plan{version: row.Versions[0]}, true
}

func (c *catalog) custom(row *kinds.Row) (plan, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := row.Plural + "." + row.Kind.Group()
	if c.found != nil {
		return choose(row, c.found[name], ""), true
	}
	if c.crds == nil {
		return plan{}, false
	}
	o, ok := c.crds[name]
	if !ok {
		return plan{state: inventory.NotInstalled}, true
	}
	crd, ok := o.Value.(*kinds.CRD)
	if !ok {
		return plan{}, false // it does not decode
	}
	if !crd.Established || crd.Defines != row.Kind {
		return plan{state: inventory.NotInstalled}, true
	}
	return choose(row, crd.Served, crd.UID), true
}

// plan is what is to be done for a kind: read it in a version, or give it a
// state.
type plan struct {
	version string
	uid     string // of the CRD, if known
	state   inventory.State
	reason  error
}

// choose takes the version that we like best of those that are served.
func choose(row *kinds.Row, served []string, uid string) plan {
	if len(served) == 0 {
		return plan{state: inventory.NotInstalled}
	}
	for _, v := range row.Versions {
		if slices.Contains(served, v) {
			return plan{version: v, uid: uid}
		}
	}
	return plan{
		state:  inventory.SourceUnavailable,
		reason: fmt.Errorf("%w: served are %v, understood are %v", errVersions, served, row.Versions),
	}
}
