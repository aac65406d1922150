package mesh

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// RouteKind is the list of a VirtualService from which the server takes its
// routes, as istiod's IsHTTPServer and IsPassThroughServer tell; "" if none.
func (e *Entrance) RouteKind() string {
	mode := e.Server.GetTls().GetMode()
	switch {
	case PlainHTTP(e.Server):
		return "http"
	case e.Server.GetTls() == nil:
		return "tcp"
	case mode == networking.ServerTLSSettings_AUTO_PASSTHROUGH:
		return ""
	case mode == networking.ServerTLSSettings_PASSTHROUGH:
		return "tls"
	case strings.EqualFold(e.Server.GetPort().GetProtocol(), "HTTPS"):
		return "http"
	}
	return "tcp"
}

// PlainHTTP tells whether a server speaks HTTP in the clear.
func PlainHTTP(s *networking.Server) bool {
	protocol := strings.ToUpper(s.GetPort().GetProtocol())
	return strings.HasPrefix(protocol, "GRPC") || protocol == "HTTP" || protocol == "HTTP2"
}

// challenges is the path of the checks by which certificate authorities see
// who owns a host (RFC 8555, section 8.3). They come in plain HTTP.
const challenges = "/.well-known/acme-challenge"

// OnlyChallenges tells whether all that a server serves is the answers to
// certificate authorities.
func OnlyChallenges(r inventory.Reader, g *kinds.Gateway, s *networking.Server) bool {
	some := false
	for vs := range kinds.VirtualServicesByGateway.Everywhere(r, kinds.NamespacedName(g.Namespace, g.Name)) {
		if !servesAny(g, s, vs) {
			continue
		}
		for _, route := range vs.Spec.GetHttp() {
			if len(route.GetMatch()) == 0 || slices.ContainsFunc(route.GetMatch(), otherwise) {
				return false
			}
			some = true
		}
	}
	return some
}

func otherwise(m *networking.HTTPMatchRequest) bool {
	return !strings.HasPrefix(m.GetUri().GetPrefix(), challenges) && !strings.HasPrefix(m.GetUri().GetExact(), challenges)
}
