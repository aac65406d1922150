package mesh

import (
	"fmt"
	"net"
	"strconv"
	"time"

	meshconfig "istio.io/api/mesh/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// proxyConfigText judges the annotation proxy.istio.io/config, as far as
// istiod's ValidateMeshConfigProxyConfig is about what people write there. A
// field that is 0 or empty is taken for one that is not given.
func proxyConfigText(v string) error {
	c, err := kinds.ParseProxyConfig(v)
	if err != nil {
		return err
	}
	for _, p := range []struct {
		field  string
		number int32
	}{{"proxyAdminPort", c.GetProxyAdminPort()}, {"statusPort", c.GetStatusPort()}} {
		if p.number < 0 || p.number > 65535 {
			return fmt.Errorf("%s: %d is no port number from 1 to 65535", p.field, p.number)
		}
	}
	if err := drainDuration(c); err != nil {
		return err
	}
	return proxyAddresses(c)
}

func drainDuration(c *meshconfig.ProxyConfig) error {
	if c.GetDrainDuration() == nil {
		return nil
	}
	if d := c.GetDrainDuration().AsDuration(); d < time.Second || d%time.Second != 0 {
		return fmt.Errorf("drainDuration: %s is no whole number of seconds from 1s", d)
	}
	return nil
}

func proxyAddresses(c *meshconfig.ProxyConfig) error {
	for _, a := range []struct{ field, address string }{
		{"discoveryAddress", c.GetDiscoveryAddress()},
		{"statsdUdpAddress", c.GetStatsdUdpAddress()},
		{"envoyMetricsService.address", c.GetEnvoyMetricsService().GetAddress()},
		{"envoyAccessLogService.address", c.GetEnvoyAccessLogService().GetAddress()},
	} {
		if a.address != "" && !hostAndPort(a.address) {
			return fmt.Errorf("%s: %q is no host and port as istiod.istio-system.svc:15012", a.field, a.address)
		}
	}
	return nil
}

func hostAndPort(address string) bool {
	_, p, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	n, err := strconv.Atoi(p)
	return err == nil && n >= 1 && n <= 65535
}
