package bypassedcapture

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// outbound reports annotations that let much of what a workload sends past the
// proxy: single databases and the like may well be kept from it.
func outbound(p *analysis.Pass, w *kinds.Workload, t *mesh.Template) {
	for _, rule := range []struct {
		key string
		too func(value string) string
	}{
		{annotation.SidecarTrafficExcludeOutboundIPRanges.Name, wideRange},
		{annotation.SidecarTrafficIncludeOutboundIPRanges.Name, nothing},
		{annotation.SidecarTrafficExcludeOutboundPorts.Name, usualPort},
	} {
		value, given := t.Annotations[rule.key]
		if !given {
			continue
		}
		if what := rule.too(value); what != "" {
			p.Report(mesh.PodField(w.Ref.Kind, "metadata.annotations["+rule.key+"]"),
				"%s=%s lets %s past the proxy", rule.key, value, what).At(analysis.Low)
		}
	}
}

// wideRange names a range of a list that holds a good part of all addresses.
func wideRange(list string) string {
	const widest4, widest6 = 8, 32
	for item := range strings.SplitSeq(list, ",") {
		prefix, err := netip.ParsePrefix(strings.TrimSpace(item))
		if err != nil {
			continue
		}
		if prefix.Bits() <= widest4 || prefix.Addr().Is6() && prefix.Bits() <= widest6 {
			return fmt.Sprintf("all that the workload sends to %s", prefix)
		}
	}
	return ""
}

func nothing(list string) string {
	if strings.TrimSpace(list) == "" {
		return "all that the workload sends"
	}
	return ""
}

// usualPort names a port of a list by which most of a mesh is called.
func usualPort(list string) string {
	for item := range strings.SplitSeq(list, ",") {
		if port := strings.TrimSpace(item); slices.Contains([]string{"80", "443", "8080"}, port) {
			return "all that the workload sends to port " + port
		}
	}
	return ""
}
