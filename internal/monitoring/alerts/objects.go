package alerts

// The parts that we use of prometheus-operator's kinds.
type (
	meta struct {
		Name      string            `json:"name"`
		Namespace string            `json:"namespace"`
		Labels    map[string]string `json:"labels"`
	}
	prometheusRule struct {
		APIVersion string   `json:"apiVersion"`
		Kind       string   `json:"kind"`
		Metadata   meta     `json:"metadata"`
		Spec       ruleFile `json:"spec"`
	}
	serviceMonitor struct {
		APIVersion string      `json:"apiVersion"`
		Kind       string      `json:"kind"`
		Metadata   meta        `json:"metadata"`
		Spec       monitorSpec `json:"spec"`
	}
	monitorSpec struct {
		Selector  labelSelector `json:"selector"`
		Endpoints []Endpoint    `json:"endpoints"`
	}
	labelSelector struct {
		MatchLabels map[string]string `json:"matchLabels"`
	}
)

// Endpoint says how Prometheus scrapes one port.
type Endpoint struct {
	Port            string    `json:"port"`
	Path            string    `json:"path"`
	Scheme          string    `json:"scheme"`
	HonorLabels     bool      `json:"honorLabels"`
	BearerTokenFile string    `json:"bearerTokenFile"`
	TLSConfig       TLSConfig `json:"tlsConfig"`
}

// TLSConfig says how the server is verified.
type TLSConfig struct {
	InsecureSkipVerify bool `json:"insecureSkipVerify"`
}

const (
	api       = "monitoring.coreos.com/v1"
	namespace = "meshaudit-system" // that of config/default
	name      = "meshaudit"
)

// Scrape is the only endpoint of the ServiceMonitor: the port of
// config/manager/service.yaml. Labels are honored, as ours are called namespace;
// Prometheus shows its own token; the manager's certificate is its own.
func Scrape() Endpoint {
	return Endpoint{ //nolint:gosec // a path, at which every Pod has its token
		Port: "https-metrics", Path: "/metrics", Scheme: "https", HonorLabels: true,
		BearerTokenFile: "/var/run/secrets/kubernetes.io/serviceaccount/token",
		TLSConfig:       TLSConfig{InsecureSkipVerify: true},
	}
}

func object(kind string) (apiVersion, ofKind string, m meta) {
	return api, kind, meta{Name: name, Namespace: namespace, Labels: serviceLabels()}
}

// serviceLabels are those that config/default gives the metrics' Service.
func serviceLabels() map[string]string {
	return map[string]string{"app.kubernetes.io/name": "meshaudit", "app.kubernetes.io/component": "manager"}
}

func newPrometheusRule() (r prometheusRule) {
	r.APIVersion, r.Kind, r.Metadata = object("PrometheusRule")
	r.Spec = rules()
	return r
}

func newServiceMonitor() (m serviceMonitor) {
	m.APIVersion, m.Kind, m.Metadata = object("ServiceMonitor")
	m.Spec.Selector.MatchLabels = serviceLabels()
	m.Spec.Endpoints = []Endpoint{Scrape()}
	return m
}
