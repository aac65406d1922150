package mesh

import (
	"strconv"
	"strings"

	"istio.io/api/annotation"
	meshconfig "istio.io/api/mesh/v1alpha1"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// ProxyPort is a port of a Pod that its sidecar listens on, or that Istio keeps
// for it.
type ProxyPort struct {
	// For says what it serves, as "Envoy's administration".
	For string
	// Bound: the sidecar listens there; else Istio may use it one day.
	Bound bool
	// free tells whether settings put it elsewhere or switch it off; nil if none
	// can.
	free func(*proxySettings) bool
}

// proxyPorts are those that istio.io lists as used by the sidecar.
var proxyPorts = map[int32]ProxyPort{
	15000: {"Envoy's administration", true, func(s *proxySettings) bool {
		return elsewhere(s.proxy.GetProxyAdminPort(), 15000)
	}},
	15001: {"what the Pod sends", true, func(s *proxySettings) bool {
		return s.mode == interceptNone || elsewhere(s.mesh.GetProxyListenPort(), 15001)
	}},
	15002: {For: "the detection of failures"},
	15004: {For: "debugging", Bound: true},
	15006: {"what the Pod gets", true, func(s *proxySettings) bool {
		return s.mode == interceptNone || elsewhere(s.mesh.GetProxyInboundListenPort(), 15006)
	}},
	HBONEPort: {For: "the tunnels of ambient mode"},
	15009:     {For: "the tunnels of ambient mode"},
	15020:     {"metrics and health", true, func(s *proxySettings) bool { return s.status != "" && s.status != "15020" }},
	15021:     {"the readiness probe", true, func(s *proxySettings) bool { return s.env("ENVOY_STATUS_PORT", "15021") }},
	dnsPort:   {"DNS", true, func(s *proxySettings) bool { return !s.env("ISTIO_META_DNS_CAPTURE", "false") }},
	15090:     {"Envoy's metrics", true, func(s *proxySettings) bool { return s.env("ENVOY_PROMETHEUS_PORT", "15090") }},
}

const (
	dnsPort       = 15053
	interceptNone = "NONE"
)

// proxySettings are those by which the ports of a sidecar move.
type proxySettings struct {
	mesh         Config
	proxy        *meshconfig.ProxyConfig
	mode, status string
}

func newProxySettings(r inventory.Reader, t *Template) *proxySettings {
	s := &proxySettings{
		mesh: configFor(r, t), proxy: ProxyConfigOf(r, t),
		mode:   t.Annotations[annotation.SidecarInterceptionMode.Name],
		status: strings.TrimSpace(t.Annotations[annotation.SidecarStatusPort.Name]),
	}
	if n := s.proxy.GetStatusPort(); s.status == "" && n != 0 {
		s.status = strconv.Itoa(int(n))
	}
	return s
}

// env tells whether a variable of the proxy is given another value than its
// default.
func (s *proxySettings) env(name, byDefault string) bool {
	v, given := s.proxy.GetProxyMetadata()[name]
	return given && v != byDefault
}

func elsewhere(n, byDefault int32) bool { return n != 0 && n != byDefault }

// ReservedPort tells what a port of a template's Pods is to their sidecar, if
// anything. A port that the settings of the proxy move elsewhere is free, and
// 15053 is taken only where the proxy answers DNS, then by UDP, too.
//
// For some ports it reads ConfigMaps, which are off in files unless one is
// given: so come late.
func ReservedPort(r inventory.Reader, t *Template, p *kinds.Port) (ProxyPort, bool) {
	port, listed := proxyPorts[p.Number]
	if !listed || p.Protocol != corev1.ProtocolTCP && (p.Protocol != corev1.ProtocolUDP || p.Number != dnsPort) {
		return ProxyPort{}, false
	}
	return port, port.free == nil || !port.free(newProxySettings(r, t))
}

// ProxyPortNumber tells whether Istio lists a port as the sidecar's.
func ProxyPortNumber(number int32) bool { return proxyPorts[number].For != "" }
