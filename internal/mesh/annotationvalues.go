package mesh

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"istio.io/api/annotation"
)

// ValidAnnotation is why istiod's injector refuses a value, in words for a
// person, and with it the whole Pod; nil if it takes it, or asks nothing of the
// annotation. The four amounts of resources are not judged here: see
// [ParseAmount].
func ValidAnnotation(key, value string) error {
	if valid, ok := validators[key]; ok {
		return valid(value)
	}
	return nil
}

// validators are those of AnnotationValidation in istio/pkg/kube/inject.
var validators = map[string]func(string) error{
	annotation.SidecarInterceptionMode.Name:                   interceptionMode,
	annotation.SidecarStatusPort.Name:                         port,
	annotation.SidecarStatusReadinessInitialDelaySeconds.Name: number,
	annotation.SidecarStatusReadinessPeriodSeconds.Name:       number,
	annotation.SidecarStatusReadinessFailureThreshold.Name:    number,
	annotation.SidecarTrafficIncludeOutboundIPRanges.Name:     orStar(ipRanges),
	annotation.SidecarTrafficExcludeOutboundIPRanges.Name:     ipRanges,
	annotation.SidecarTrafficIncludeInboundPorts.Name:         orStar(ports),
	annotation.SidecarTrafficExcludeInboundPorts.Name:         ports,
	annotation.SidecarTrafficExcludeOutboundPorts.Name:        ports,
	annotation.SidecarTrafficExcludeInterfaces.Name:           interfaces,
	annotation.SidecarTrafficKubevirtInterfaces.Name:          interfaces,
	annotation.IoIstioRerouteVirtualInterfaces.Name:           interfaces,
	annotation.PrometheusMergeMetrics.Name:                    truthValue,
	annotation.ProxyConfig.Name:                               proxyConfigText,
}

func interceptionMode(v string) error {
	if v == "REDIRECT" || v == "TPROXY" || v == "NONE" {
		return nil
	}
	return fmt.Errorf("%q is none of REDIRECT, TPROXY and NONE", v)
}

// port takes 0, and blanks around the number.
func port(v string) error {
	if _, err := strconv.ParseUint(strings.TrimSpace(v), 10, 16); err != nil {
		return fmt.Errorf("%q is no port number from 0 to 65535", v)
	}
	return nil
}

func number(v string) error {
	if _, err := strconv.ParseUint(v, 10, 32); err != nil {
		return fmt.Errorf("%q is no whole number from 0 to 4294967295", v)
	}
	return nil
}

func truthValue(v string) error {
	if _, err := strconv.ParseBool(v); err != nil {
		return fmt.Errorf("%q is neither true nor false", v)
	}
	return nil
}

func orStar(valid func(string) error) func(string) error {
	return func(v string) error {
		if v == "*" {
			return nil
		}
		return valid(v)
	}
}

// ipRanges takes an empty list, and no blanks.
func ipRanges(v string) error {
	if v == "" {
		return nil
	}
	for item := range strings.SplitSeq(v, ",") {
		if _, err := netip.ParsePrefix(item); err != nil {
			return fmt.Errorf("%q is no range of addresses as 10.0.0.0/8", item)
		}
	}
	return nil
}

// ports takes an empty list.
func ports(v string) error {
	if v = strings.TrimSpace(v); v == "" {
		return nil
	}
	for item := range strings.SplitSeq(v, ",") {
		if err := port(item); err != nil {
			return err
		}
	}
	return nil
}

var interfaceName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_.\-]*$`)

// interfaces takes an empty list.
func interfaces(v string) error {
	const longest = 15 // Linux' IFNAMSIZ without the end
	if v == "" {
		return nil
	}
	for item := range strings.SplitSeq(v, ",") {
		switch item = strings.TrimSpace(item); {
		case item == "":
			return errors.New("a name of the list is empty")
		case len(item) > longest || !interfaceName.MatchString(item):
			return fmt.Errorf("%q is no name of a network interface", item)
		}
	}
	return nil
}
