package mesh

import (
	"slices"
	"strings"
	"sync"

	"istio.io/api/annotation"
	"istio.io/api/label"
)

var registry = sync.OnceValue(func() map[string]*annotation.Instance {
	out := map[string]*annotation.Instance{}
	for _, i := range annotation.AllResourceAnnotations() {
		out[i.Name] = i
	}
	return out
})

var labelRegistry = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, i := range label.AllResourceLabels() {
		out[i.Name] = true
	}
	return out
})

// LookUpAnnotation finds an annotation in Istio's registry; nil if that does
// not have it.
func LookUpAnnotation(key string) *annotation.Instance { return registry()[key] }

// IsLabelKey tells whether a key is in Istio's registry of labels.
func IsLabelKey(key string) bool { return labelRegistry()[key] }

// AppliesTo tells whether an annotation of the registry means anything on a
// kind of object.
func AppliesTo(i *annotation.Instance, kind annotation.ResourceTypes) bool {
	return slices.Contains(i.Resources, kind) || slices.Contains(i.Resources, annotation.Any)
}

// IstioKey tells whether a key is of Istio's: its domain is istio.io or below
// that, or it is kubernetes.io/ingress.class.
func IstioKey(key string) bool {
	domain, _, _ := strings.Cut(key, "/")
	return domain == "istio.io" || strings.HasSuffix(domain, ".istio.io") ||
		key == annotation.IoKubernetesIngressClass.Name
}

// ReadByIstio tells whether Istio's own programs read or write an annotation
// that the registry lacks.
func ReadByIstio(key string) bool {
	return slices.Contains(unregistered, key) ||
		slices.ContainsFunc(unregisteredPrefixes, func(p string) bool { return strings.HasPrefix(key, p) })
}

// unregistered are annotations that the code of istiod, of its charts or of
// its agents names, and the registry does not have.
var unregistered = []string{
	"ambient.istio.io/xfcc-include-client-identity",
	"envoyfilter.istio.io/referenced-services",
	"gateway.istio.io/agentgatewayImage",
	"gateway.istio.io/defaults-for-class",
	"gateway.istio.io/listener-protocol",
	"gateway.istio.io/tls-cipher-suites",
	"gateway.istio.io/tls-terminate-mode",
	"istio.io/connect-strategy",
	"networking.istio.io/address-type",
	"prometheus.istio.io/scrape-targets",
	"prometheus.istio.io/secure-envoy-port",
	"prometheus.istio.io/secure-port",
	"proxy.istio.io/health-checks-enabled",
	"sidecar.istio.io/capNetBindService",
}

// unregisteredPrefixes are those of keys that Istio's programs make up.
var unregisteredPrefixes = []string{
	"install.istio.io/", "install.operator.istio.io/", "internal.istio.io/", "leader.istio.io/", "operator.istio.io/",
	"policy.istio.io/",
}

// NearestAnnotation is the key of the registry that somebody who wrote a key
// may have meant; "" if there is none, or another is as near. A key is near if
// at most two letters are wrong, missing, extra or swapped, whatever their
// case, or else if only its domain differs.
func NearestAnnotation(key string) string {
	const most = 2
	best, distance := "", most+1
	for name := range registry() {
		if len(key) > len(name)+most || len(name) > len(key)+most {
			continue // at once: there may be thousands of keys
		}
		switch d := typos(strings.ToLower(key), strings.ToLower(name)); {
		case d < distance:
			best, distance = name, d
		case d == distance:
			best = ""
		}
	}
	if distance <= most {
		return best
	}
	return sameName(key)
}

// sameName is the only key of the registry that has the same name under another
// domain of Istio's.
func sameName(key string) string {
	_, own, ok := strings.Cut(key, "/")
	if !ok || !IstioKey(key) {
		return ""
	}
	best := ""
	for key := range registry() {
		if _, name, _ := strings.Cut(key, "/"); !strings.EqualFold(name, own) {
			continue
		}
		if best != "" {
			return ""
		}
		best = key
	}
	return best
}

// typos counts the letters to insert, delete, replace or swap with their
// neighbour that make one text of another (optimal string alignment).
func typos(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, row := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			differ := 0
			if a[i-1] != b[j-1] {
				differ = 1
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differ)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
