package mesh

import (
	"path"
	"slices"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// SensitiveNamespace tells whether the policy counts a namespace as sensitive,
// by its name or its labels.
func SensitiveNamespace(r inventory.Reader, name string) bool {
	s := kinds.Sensitive(r)
	if slices.ContainsFunc(s.Namespaces, func(pattern string) bool { return fits(pattern, name) }) {
		return true
	}
	if s.NamespaceSelector == nil {
		return false
	}
	ns := kinds.Namespaces.Get(r, "", name)
	return ns != nil && selects(s.NamespaceSelector, namespaceLabels(ns)) == Yes
}

// fits tells whether a name fits a pattern, in which * stands for any
// characters. Names of namespaces have no slash, at which a * would stop.
func fits(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

// SensitiveLabels tells whether one of a workload's labels makes it sensitive.
func SensitiveLabels(r inventory.Reader, labels map[string]string) bool {
	for k, v := range kinds.Sensitive(r).Labels {
		if have, ok := labels[k]; ok && have == v {
			return true
		}
	}
	return false
}

// SensitiveWorkload tells whether a workload is sensitive by its own labels or
// by its namespace.
func SensitiveWorkload(r inventory.Reader, t *Template) bool {
	return SensitiveLabels(r, t.Labels) || SensitiveNamespace(r, t.Ref.Namespace)
}

// SensitivePort tells whether what listens on a port is sensitive.
func SensitivePort(r inventory.Reader, port int32) bool {
	return slices.Contains(kinds.Sensitive(r).Ports, port)
}

// SensitivePath is the sensitive path that a request path is or lies below; ""
// if there is none.
func SensitivePath(r inventory.Reader, request string) string {
	for _, p := range kinds.Sensitive(r).Paths {
		base := strings.TrimSuffix(p, "/")
		if request == base || strings.HasPrefix(request, base+"/") {
			return p
		}
	}
	return ""
}

// SensitiveService says why what a Service leads to is sensitive, for a
// message: its namespace, or a workload that it selects; "" if it is not.
func SensitiveService(r inventory.Reader, s *kinds.Service) string {
	if SensitiveNamespace(r, s.Namespace) {
		return "namespace " + s.Namespace
	}
	for t := range Backends(r, s) {
		if SensitiveLabels(r, t.Labels) {
			return t.Ref.String()
		}
	}
	return ""
}

// SensitiveGateway tells whether a Gateway's namespace is sensitive, or a
// route that leads from it: by its path, or by what it leads to.
func SensitiveGateway(r inventory.Reader, g *kinds.Gateway) bool {
	if SensitiveNamespace(r, g.Namespace) {
		return true
	}
	for vs := range kinds.VirtualServicesByGateway.Everywhere(r, kinds.NamespacedName(g.Namespace, g.Name)) {
		if sensitivePaths(r, vs) || leadsToSensitive(r, vs) {
			return true
		}
	}
	return false
}

func sensitivePaths(r inventory.Reader, vs *kinds.VirtualService) bool {
	for _, route := range vs.Spec.GetHttp() {
		for _, m := range route.GetMatch() {
			uri := m.GetUri()
			if SensitivePath(r, uri.GetExact()) != "" || SensitivePath(r, uri.GetPrefix()) != "" {
				return true
			}
		}
	}
	return false
}

func leadsToSensitive(r inventory.Reader, vs *kinds.VirtualService) bool {
	for d := range Destinations(vs) {
		if s := LookUp(r, d.FQDN).Service; s != nil && SensitiveService(r, s) != "" {
			return true
		}
	}
	return false
}
