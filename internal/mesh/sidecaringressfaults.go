package mesh

import (
	"net"
	"slices"
	"strconv"
	"strings"

	networking "istio.io/api/networking/v1alpha3"
)

func (f *faults) ingress(listeners []*networking.IstioIngressListener) {
	ports := map[uint32]bool{}
	for i, l := range listeners {
		at := item("spec.ingress", i)
		port := l.GetPort()
		if port == nil {
			f.add(at, "the listener has no port")
			continue
		}
		f.port(at, port, l.GetBind())
		f.unique(at+".port.number", ports[port.GetNumber()], strconv.Itoa(int(port.GetNumber())))
		ports[port.GetNumber()] = true
		if e := l.GetDefaultEndpoint(); e != "" && !validEndpoint(e) {
			f.add(at+".defaultEndpoint",
				"defaultEndpoint %q is none of 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT, :PORT and unix://PATH", e)
		}
		if l.GetTls() != nil {
			f.ingressTLS(at, l)
		}
		if l.GetConnectionPool().GetHttp() != nil && !speaksHTTP(port.GetProtocol()) {
			f.warn(at+".connectionPool.http", "settings for HTTP do nothing on port %d, whose protocol is %q",
				port.GetNumber(), port.GetProtocol())
		}
	}
}

// validEndpoint tells whether istiod takes a defaultEndpoint.
func validEndpoint(text string) bool {
	if path, unix := strings.CutPrefix(text, unixPrefix); unix {
		return path != ""
	}
	host, port, err := net.SplitHostPort(text)
	n, bad := strconv.Atoi(port)
	return err == nil && bad == nil && n >= 1 && n <= 65535 &&
		slices.Contains([]string{"", "127.0.0.1", "0.0.0.0", "::1", "::"}, host)
}

func (f *faults) ingressTLS(at string, l *networking.IstioIngressListener) {
	tls := l.GetTls()
	for _, unsupported := range []struct {
		name string
		set  bool
	}{
		{"subjectAltNames", len(tls.GetSubjectAltNames()) > 0},
		{"httpsRedirect", tls.GetHttpsRedirect()},
		{"credentialName", tls.GetCredentialName() != ""},
		{"credentialNames", len(tls.GetCredentialNames()) > 0},
		{"tlsCertificates", len(tls.GetTlsCertificates()) > 0},
	} {
		if unsupported.set {
			f.add(at+".tls."+unsupported.name, "a Sidecar's listener cannot have %s", unsupported.name)
		}
	}
	m := tls.GetMode()
	if m == networking.ServerTLSSettings_ISTIO_MUTUAL || m == networking.ServerTLSSettings_AUTO_PASSTHROUGH {
		f.add(at+".tls.mode", "a Sidecar's listener cannot have mode %s", m)
	}
	if p := l.GetPort().GetProtocol(); !strings.EqualFold(p, "HTTPS") && !strings.EqualFold(p, "TLS") {
		f.add(at+".tls", "tls is for ports of protocol HTTPS or TLS, and this one has %q", p)
	}
}

// speaksHTTP is IsHTTP of Istio's protocols.
func speaksHTTP(protocol string) bool {
	return slices.Contains([]string{"HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB"}, strings.ToUpper(protocol))
}
