// Package scrapeblocked flags metrics that a sidecar hides from Prometheus.
package scrapeblocked

import (
	"fmt"
	"slices"
	"strconv"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads that ask to be scraped on a port which their sidecar
// guards by STRICT mutual TLS, while Istio's merging of metrics, which would
// offer them on an open port, is off. It holds back where the sidecar does not
// take the port, and cannot know of a Prometheus that has certificates of the
// mesh.
var Analyzer = &analysis.Analyzer{
	Name:     "scrapeblocked",
	Severity: analysis.Medium,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "STRICT mutual TLS keeps Prometheus from a workload's metrics",
	Why:      "A Prometheus outside of the mesh scrapes in plain text, which the sidecar refuses: the metrics are missing, and alerts on them are silent.",
	Fix:      "Let Istio merge the metrics (enablePrometheusMerge in the MeshConfig, or remove the annotation prometheus.istio.io/merge-metrics) and restart the workload; or leave the port out by traffic.sidecar.istio.io/excludeInboundPorts; or set portLevelMtls of that port to PERMISSIVE in a PeerAuthentication for the workload. Nothing is wrong if your Prometheus uses the mesh's certificates.",
	Subject:  analysis.Workload,
	Run:      run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok || !scraped(w.Annotations()) {
		return
	}
	t := sample(p, w)
	port, err := strconv.ParseInt(t.Annotations[portKey], 10, 32)
	if err != nil || port == mergedPort || mesh.Sidecars(p, &t) == mesh.No || !mesh.Captured(&t, int32(port)) {
		return
	}
	off := mergingOff(p, &t)
	if off == "" || mesh.CustomInbound(p, t.Ref.Namespace, t.Labels) {
		return
	}
	policy := mesh.PeerPolicyOf(p, mesh.RootNamespace(p), t.Ref.Namespace, t.Labels)
	mode, by := policy.Mode(int32(port))
	if mode != mesh.Strict || policy.Revisioned {
		return
	}
	ref := kinds.PeerAuthentications.Ref(by.Namespace, by.Name)
	p.Report(mesh.PodField(w.Ref.Kind, fmt.Sprintf("metadata.annotations[%s]", portKey)),
		"%s makes port %d STRICT, and %s: a scraper outside of the mesh gets no metrics", ref, port, off).Relate(ref)
}

const (
	portKey    = "prometheus.io/port"
	mergedPort = 15020 // where istio-agent offers merged metrics
)

func scraped(annotations map[string]string) bool {
	yes, err := strconv.ParseBool(annotations["prometheus.io/scrape"])
	return err == nil && yes
}

// sample is a live Pod with a sidecar, as the injector left it, else what the
// Pods are made from.
func sample(p *analysis.Pass, w *kinds.Workload) mesh.Template {
	for pod := range w.Pods(p) {
		if mesh.HasSidecar(pod) {
			return mesh.OfPod(pod)
		}
	}
	return mesh.OfWorkload(w)
}

// mergingOff says what keeps istiod from merging the Pod's metrics; "" if
// nothing does. The annotation wins over the MeshConfig.
func mergingOff(p *analysis.Pass, t *mesh.Template) string {
	key := annotation.PrometheusMergeMetrics.Name
	if merge, err := strconv.ParseBool(t.Annotations[key]); err == nil {
		if merge {
			return ""
		}
		return fmt.Sprintf("the annotation %s=%s keeps Istio from merging metrics", key, t.Annotations[key])
	}
	configs := mesh.MeshConfigs(p)
	merges := func(c mesh.Config) bool {
		v := c.GetEnablePrometheusMerge()
		return v == nil || v.GetValue()
	}
	if len(configs) == 0 || slices.ContainsFunc(configs, merges) {
		return ""
	}
	c := configs[0].Source
	return fmt.Sprintf("enablePrometheusMerge is off in ConfigMap %s/%s", c.Namespace, c.Name)
}
