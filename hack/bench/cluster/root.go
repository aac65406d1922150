package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// promptly is how soon an edit is in its report while the whole mesh changes.
const promptly = 2 * time.Second

// root changes the MeshConfig, which every workload's verdict may hang on, and
// at once one route.
func (b *bench) root(ctx context.Context) error {
	return b.during(ctx, func(o *operator) error {
		for _, on := range []bool{false, true} {
			if err := b.change(ctx, o, on); err != nil {
				return err
			}
		}
		return nil
	})
}

// change turns the mesh's access log off or on, and breaks or mends a route.
func (b *bench) change(ctx context.Context, o *operator, on bool) error {
	l := newLatest()
	j, err := b.watchReports(ctx, l.see)
	if err != nil {
		return err
	}
	began := time.Now()
	took, err := b.changeBoth(ctx, l, on)
	if err == nil {
		_, err = o.settled(ctx, time.Second/2)
	}
	if err := errors.Join(err, j.stop()); err != nil {
		return err
	}
	what := map[bool]string{false: "access log off: ", true: "access log on again: "}[on]
	r := row{
		part: "root", measure: what + "a route's edit to its report", result: seconds(took),
		bar: "≤ " + seconds(promptly),
	}
	b.results.add(r, took <= promptly)
	times := j.times()
	if len(times) > 0 {
		b.results.note("root", what+"until the last report", seconds(times[len(times)-1].Sub(began)))
	}
	b.results.note("root", what+"reports written", strconv.Itoa(len(times)))
	b.results.most("root", what+"writes in the busiest second", float64(j.busiest()), defaultWrites+5)
	return nil
}

func (b *bench) changeBoth(ctx context.Context, l *latest, on bool) (time.Duration, error) {
	if err := b.accessLog(ctx, on); err != nil {
		return 0, err
	}
	return b.once(ctx, 1, !on, func(ctx context.Context, e edit) (time.Time, error) {
		return l.wait(ctx, client.ObjectKey{Namespace: e.namespace, Name: v1alpha1.ReportName}, e.reported)
	})
}

// accessLog edits the MeshConfig.
func (b *bench) accessLog(ctx context.Context, on bool) error {
	m := &corev1.ConfigMap{}
	if err := b.api.Get(ctx, client.ObjectKey{Namespace: "istio-system", Name: "istio"}, m); err != nil {
		return err
	}
	config := map[string]any{}
	if err := yaml.Unmarshal([]byte(m.Data["mesh"]), &config); err != nil {
		return err
	}
	delete(config, "accessLogFile")
	if on {
		config["accessLogFile"] = "/dev/stdout"
	}
	text, err := yaml.Marshal(config)
	if err != nil {
		return err
	}
	m.Data["mesh"] = strings.TrimSpace(string(text))
	return b.api.Update(ctx, m)
}
