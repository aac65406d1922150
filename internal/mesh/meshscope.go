package mesh

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// WideNamespace finds a namespace whose sidecars get the configuration of the
// whole mesh, the first by name: its labels ask for sidecars, and no Sidecar
// object imports less for it, be it its own, even one for some workloads, or one
// of the root namespace. "" if there is none, or the MeshConfig narrows what
// sidecars get by discoverySelectors or defaultServiceExportTo.
func (c Config) WideNamespace(r inventory.Reader) string {
	exportTo := c.GetDefaultServiceExportTo()
	if len(c.GetDiscoverySelectors()) > 0 || len(exportTo) > 0 && !slices.Contains(exportTo, "*") {
		return ""
	}
	scoped := scopedNamespaces.Everywhere(r, "")
	if scoped[c.Root(r)] {
		return ""
	}
	for _, ns := range sidecarNamespaces.Everywhere(r, "") {
		if _, has := scoped[ns]; !has {
			return ns
		}
	}
	return ""
}

// scopedNamespaces are those with a Sidecar object that does not import
// everything, and whether one of these is for all workloads.
var scopedNamespaces = kinds.Summarize(kinds.Sidecars.Whole(), "scoped",
	func(list iter.Seq[*kinds.Sidecar]) map[string]bool {
		scoped := map[string]bool{}
		for s := range list {
			if s.Deleted.IsZero() && imports(s) {
				scoped[s.Namespace] = scoped[s.Namespace] || len(s.Spec.GetWorkloadSelector().GetLabels()) == 0
			}
		}
		return scoped
	}, maps.Equal[map[string]bool, map[string]bool])

// imports tells whether a Sidecar object names what it imports, and not all.
func imports(s *kinds.Sidecar) bool {
	for _, e := range s.Spec.GetEgress() {
		if slices.Contains(e.GetHosts(), "*/*") {
			return false
		}
	}
	return len(s.Spec.GetEgress()) > 0
}

// sidecarNamespaces are those whose labels ask for sidecars, by name.
var sidecarNamespaces = kinds.Summarize(kinds.Namespaces.Whole(), "sidecars",
	func(list iter.Seq[*kinds.Namespace]) []string {
		var out []string
		for ns := range list {
			if EnrolmentOf(ns).Mode == Sidecar && !ns.Terminating {
				out = append(out, ns.Name)
			}
		}
		slices.Sort(out)
		return out
	}, slices.Equal[[]string])

// SharedServices counts the Services that are exported to the whole mesh.
func SharedServices(r inventory.Reader) int { return sharedServices.Everywhere(r, "") }

var sharedServices = kinds.Summarize(kinds.Services.Whole(), "shared", func(list iter.Seq[*kinds.Service]) int {
	n := 0
	for s := range list {
		if s.Deleted.IsZero() && ServiceScope(s).Everywhere() {
			n++
		}
	}
	return n
}, func(a, b int) bool { return a == b })

// Injector reads the configuration of the sidecar injector of the same revision,
// as the charts name it; nil if there is none.
func (c Config) Injector(r inventory.Reader) *kinds.ConfigMap {
	if c.Source == nil {
		return nil
	}
	name := "istio-sidecar-injector" + strings.TrimPrefix(c.Source.Name, "istio")
	if m := kinds.ConfigMaps.Get(r, c.Source.Namespace, name); m != nil && m.Injector != nil {
		return m
	}
	return nil
}
