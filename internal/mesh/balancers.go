package mesh

import (
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// PublicService tells whether strangers reach a Service.
func PublicService(s *kinds.Service) Answer {
	switch {
	case s.Type == corev1.ServiceTypeLoadBalancer && !internalBalancer(s.Annotations):
		return openTo(sourceRanges(s))
	case s.Type == corev1.ServiceTypeNodePort || len(s.ExternalIPs) > 0:
		return Maybe
	}
	return No
}

// internalBalancer tells whether annotations ask a cloud for a load balancer
// with a private address. The clouds differ in the key, and agree in that it
// or its value says so. The AWS Load Balancer Controller makes a private one
// unless it is told a scheme.
func internalBalancer(annotations map[string]string) bool {
	for k, v := range annotations {
		_, name, _ := strings.Cut(k, "/")
		switch strings.ToLower(v) {
		case "internal", "private", "intranet":
			return true
		case "", "false":
			continue
		}
		if strings.Contains(name, "load-balancer-internal") || strings.Contains(name, "internal-load-balancer") ||
			strings.Contains(name, "loadbalancer-internal") || name == "internal" {
			return true
		}
	}
	kind, scheme := annotations[awsType], annotations[awsScheme]
	return (kind == "external" || kind == "nlb-ip") && scheme == ""
}

const (
	awsType   = "service.beta.kubernetes.io/aws-load-balancer-type"
	awsScheme = "service.beta.kubernetes.io/aws-load-balancer-scheme"
)

// sourceRanges are the addresses that a load balancer admits, from the spec or,
// without it, the older annotation.
func sourceRanges(s *kinds.Service) []string {
	const older = corev1.AnnotationLoadBalancerSourceRangesKey
	if len(s.SourceRanges) == 0 && s.Annotations[older] != "" {
		return strings.Split(s.Annotations[older], ",")
	}
	return s.SourceRanges
}

// openTo tells whether strangers are among the addresses that a load balancer
// admits: all if none is given.
func openTo(ranges []string) Answer {
	answer := No
	for _, written := range ranges {
		p, err := netip.ParsePrefix(strings.TrimSpace(written))
		switch {
		case err == nil && p.Bits() == 0:
			return Yes
		case err != nil || !p.Addr().IsPrivate():
			answer = Maybe
		}
	}
	if len(ranges) == 0 {
		return Yes
	}
	return answer
}

// EndsTLS tells whether annotations ask a cloud for a load balancer that ends
// TLS itself. The clouds differ in the key, and agree in what it speaks of.
func EndsTLS(s *kinds.Service) bool {
	for k, v := range s.Annotations {
		_, name, _ := strings.Cut(k, "/")
		if v != "" && (strings.Contains(name, "ssl") || strings.Contains(name, "certificate") ||
			strings.Contains(name, "cert-id") || strings.HasSuffix(name, "-tls")) {
			return true
		}
	}
	return false
}
