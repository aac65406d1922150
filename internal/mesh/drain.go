package mesh

import (
	"strconv"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const (
	exitOnZero   = "EXIT_ON_ZERO_ACTIVE_CONNECTIONS"
	minimumDrain = "MINIMUM_DRAIN_DURATION"
	defaultDrain = 5 * time.Second
)

// Drain is how long the proxies of a template wait at least, once they are told
// to end, before they do.
type Drain struct {
	Time time.Duration
	// Setting is its name: terminationDrainDuration or MINIMUM_DRAIN_DURATION.
	Setting string
	// By says where it comes from; zero for Istio's default.
	By Origin
}

// DrainOf reads how long the proxies of a template drain, as pilot-agent does
// it (pkg/envoy/agent.go): for terminationDrainDuration or, if
// EXIT_ON_ZERO_ACTIVE_CONNECTIONS is true, for MINIMUM_DRAIN_DURATION at least;
// both are 5 s by default. It is false where a value is not one that the agent
// reads.
//
// It reads a ConfigMap, which is off in files unless one is given: so come late.
func DrainOf(r inventory.Reader, t *Template) (Drain, bool) {
	if exits, _, set := proxyVariable(r, t, exitOnZero); set {
		if on, err := strconv.ParseBool(exits); err == nil && on {
			return leastDrain(r, t)
		}
	}
	d := Drain{Time: defaultDrain, Setting: "terminationDrainDuration"}
	for c, from := range proxyConfigs(r, t) {
		if v := c.GetTerminationDrainDuration(); v != nil {
			d.Time, d.By = v.AsDuration(), from
			break
		}
	}
	return d, true
}

func leastDrain(r inventory.Reader, t *Template) (Drain, bool) {
	d := Drain{Time: defaultDrain, Setting: minimumDrain}
	text, from, set := proxyVariable(r, t, minimumDrain)
	if !set {
		return d, true
	}
	v, err := time.ParseDuration(text)
	d.Time, d.By = v, from
	return d, err == nil
}

// proxyVariable is an environment variable of a template's proxies: of the
// container that it brings along, else of their configuration's proxyMetadata.
func proxyVariable(r inventory.Reader, t *Template, name string) (value string, by Origin, set bool) {
	if c := t.Spec.Container(proxyContainer); c != nil && c.EnvSet(name) {
		return c.EnvValue(name), Origin{Text: "environment of container " + proxyContainer}, true
	}
	for c, from := range proxyConfigs(r, t) {
		if v, ok := c.GetProxyMetadata()[name]; ok {
			return v, from, true
		}
	}
	return "", Origin{}, false
}

// GracePeriod is how long the kubelet waits before it kills a Pod that is to
// end.
func GracePeriod(s *kinds.PodSpec) time.Duration {
	const unset = 30 * time.Second
	if s.GracePeriod == nil {
		return unset
	}
	return time.Duration(*s.GracePeriod) * time.Second
}
