package mesh_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// TestDrain: what pilot-agent waits for, and who says so. It looks at
// MINIMUM_DRAIN_DURATION only if EXIT_ON_ZERO_ACTIVE_CONNECTIONS is true.
func TestDrain(t *testing.T) {
	const (
		app, byAnnotation = "{name: app}", "annotation proxy.istio.io/config"
		time5, minimum    = "terminationDrainDuration", "MINIMUM_DRAIN_DURATION"
		exits             = `proxy.istio.io/config: '{proxyMetadata: {EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "%s"%s}}'`
		mesh10            = `---
{apiVersion: v1, kind: ConfigMap, metadata: {namespace: istio-system, name: istio}, data: {mesh: "defaultConfig: {terminationDrainDuration: 10s}"}}
`
	)
	for _, tt := range []struct {
		name, world, annotation, containers string
		want                                time.Duration
		setting, by                         string
		unknown                             bool
	}{
		{name: "nothing said", containers: app, want: 5 * time.Second, setting: time5},
		{
			name: "the mesh's", world: mesh10, containers: app, want: 10 * time.Second, setting: time5,
			by: "defaultConfig of ConfigMap istio-system/istio",
		},
		{
			name: "its own", world: mesh10, annotation: `proxy.istio.io/config: "terminationDrainDuration: 1m"`, containers: app,
			want: time.Minute, setting: time5, by: byAnnotation,
		},
		{name: "it may end early", annotation: fmt.Sprintf(exits, "true", ""), containers: app, want: 5 * time.Second, setting: minimum},
		{
			name: "and waits a while", world: mesh10, annotation: fmt.Sprintf(exits, "1", `, MINIMUM_DRAIN_DURATION: 20s`), containers: app,
			want: 20 * time.Second, setting: minimum, by: byAnnotation,
		},
		{
			name: "it may not", world: mesh10, annotation: fmt.Sprintf(exits, "false", `, MINIMUM_DRAIN_DURATION: 20s`), containers: app,
			want: 10 * time.Second, setting: time5, by: "defaultConfig of ConfigMap istio-system/istio",
		},
		{name: "no truth value", annotation: fmt.Sprintf(exits, "yes", `, MINIMUM_DRAIN_DURATION: 20s`), containers: app, want: 5 * time.Second, setting: time5},
		{name: "no duration", annotation: fmt.Sprintf(exits, "true", `, MINIMUM_DRAIN_DURATION: soon`), containers: app, unknown: true},
		{
			name:       "by the container's environment",
			containers: "{name: istio-proxy, env: [{name: EXIT_ON_ZERO_ACTIVE_CONNECTIONS, value: \"true\"}, {name: MINIMUM_DRAIN_DURATION, value: 30s}]}",
			want:       30 * time.Second, setting: minimum, by: "environment of container istio-proxy",
		},
		{
			name: "which comes first", annotation: fmt.Sprintf(exits, "true", ""),
			containers: "{name: istio-proxy, env: [{name: EXIT_ON_ZERO_ACTIVE_CONNECTIONS, value: \"false\"}]}",
			want:       5 * time.Second, setting: time5,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := fromManifests(t, tt.world+deployment(tt.annotation, "", tt.containers))
			d, known := mesh.DrainOf(s, templateOf(t, s, kinds.Deployments.Name, "shop", "cart"))
			if known == tt.unknown || known && (d.Time != tt.want || d.Setting != tt.setting || d.By.Text != tt.by) {
				t.Errorf("known %t: %+v", known, d)
			}
		})
	}
}

// TestGracePeriod: 30 seconds unless the Pod says otherwise, be it 0.
func TestGracePeriod(t *testing.T) {
	zero, ten := int64(0), int64(10)
	for want, given := range map[time.Duration]*int64{30 * time.Second: nil, 0: &zero, 10 * time.Second: &ten} {
		if got := mesh.GracePeriod(&kinds.PodSpec{GracePeriod: given}); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
