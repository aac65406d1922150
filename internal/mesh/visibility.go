package mesh

import (
	"slices"
	"strings"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Scope is a set of namespaces to which exportTo opens an object.
type Scope struct {
	everywhere bool
	names      []string // sorted, without duplicates
}

// NewScope is the scope of an exportTo in an object of a namespace. An empty
// one counts as "*": that is what a mesh does unless the MeshConfig has another
// default, which is worth reading only where it would change a verdict.
func NewScope(exportTo []string, namespace string) Scope {
	if len(exportTo) == 0 || slices.Contains(exportTo, "*") {
		return Scope{everywhere: true}
	}
	var s Scope
	for _, e := range exportTo {
		switch e {
		case "~":
		case ".":
			s.names = append(s.names, namespace)
		default:
			s.names = append(s.names, e)
		}
	}
	slices.Sort(s.names)
	s.names = slices.Compact(s.names)
	return s
}

// ServiceScope is the scope of a Service, from its annotation.
func ServiceScope(s *kinds.Service) Scope {
	var exportTo []string
	for e := range strings.SplitSeq(s.Annotations[annotation.NetworkingExportTo.Name], ",") {
		if e = strings.TrimSpace(e); e != "" {
			exportTo = append(exportTo, e)
		}
	}
	return NewScope(exportTo, s.Namespace)
}

// Everywhere tells whether the scope is the whole mesh.
func (s Scope) Everywhere() bool { return s.everywhere }

// Empty tells whether the scope has no namespace at all.
func (s Scope) Empty() bool { return !s.everywhere && len(s.names) == 0 }

// Names are the namespaces of a scope that is not the whole mesh, sorted.
func (s Scope) Names() []string { return s.names }

// ClientScope is the namespaces whose sidecars take the routes of a
// VirtualService. It is the whole mesh if a gateway does, too, since its
// namespace is another matter.
func ClientScope(vs *kinds.VirtualService) Scope {
	if !OnlyMesh(vs) {
		return Scope{everywhere: true}
	}
	return NewScope(vs.Spec.GetExportTo(), vs.Namespace)
}

// Covers tells whether a namespace is in the scope.
func (s Scope) Covers(namespace string) bool {
	return s.everywhere || slices.Contains(s.names, namespace)
}

// Meets tells whether some namespace is in both scopes.
func (s Scope) Meets(o Scope) bool {
	switch {
	case s.everywhere:
		return o.everywhere || len(o.names) > 0
	case o.everywhere:
		return len(s.names) > 0
	}
	return slices.ContainsFunc(s.names, o.Covers)
}
