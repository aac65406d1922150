package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The operator's metrics that are read.
const (
	metricSuccess = "meshaudit_last_success_timestamp_seconds"
	metricWrites  = "meshaudit_report_writes_total"
	metricDrift   = "meshaudit_engine_drift_total"
)

// settleTimeout is how long the operator may take until its reports are right.
const settleTimeout = 10 * time.Minute

// operator is a running bin/meshaudit manager.
type operator struct {
	*process
	probe, metrics, pprof string // addresses
}

// operate starts the operator as an installation does, with one replica. It
// ends with ctx or by stop.
func (b *bench) operate(ctx context.Context, kubeconfig string, env ...string) (*operator, error) {
	o := &operator{}
	for _, address := range []*string{&o.probe, &o.metrics, &o.pprof} {
		var err error
		if *address, err = freeAddress(ctx); err != nil {
			return nil, err
		}
	}
	var err error
	o.process, err = start(ctx, b.dir, "manager", env, b.binary, "manager", "--kubeconfig", kubeconfig,
		"--leader-elect", "--leader-election-namespace", "default", "--health-probe-bind-address", o.probe,
		"--metrics-bind-address", o.metrics, "--metrics-secure=false", "--pprof-bind-address", o.pprof)
	return o, err
}

// during runs the operator, and does something once it has settled.
func (b *bench) during(ctx context.Context, do func(*operator) error, env ...string) error {
	return b.through(ctx, b.kubeconfig, do, env...)
}

// through is during with a way of its own to the API server.
func (b *bench) through(ctx context.Context, kubeconfig string, do func(*operator) error, env ...string) error {
	o, err := b.operate(ctx, kubeconfig, env...)
	if err != nil {
		return err
	}
	if _, err = o.settled(ctx, time.Second/2); err == nil {
		err = do(o)
	}
	return errors.Join(err, o.stop())
}

// freeAddress is one that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// settled waits until everything that was known when it was called is in the
// reports, and gives the time since the operator's start. It asks once per
// period.
func (o *operator) settled(ctx context.Context, period time.Duration) (time.Duration, error) {
	ctx, stop := context.WithTimeoutCause(ctx, settleTimeout, errors.New("the operator does not settle"))
	defer stop()
	from := float64(time.Now().UnixMilli()) / 1000
	for {
		if _, err := get(ctx, o.probe, "/readyz"); err == nil {
			if shown, err := o.metric(ctx, metricSuccess); err == nil && shown >= from {
				return time.Since(o.began), nil
			}
		}
		select {
		case <-ctx.Done():
			return 0, o.complaint(context.Cause(ctx))
		case err := <-o.ended:
			return 0, o.complaint(fmt.Errorf("the operator ended: %w", err))
		case <-time.After(period):
		}
	}
}

// metric is the sum of the samples whose names begin so.
func (o *operator) metric(ctx context.Context, name string) (float64, error) {
	text, err := get(ctx, o.metrics, "/metrics")
	if err != nil {
		return 0, err
	}
	return sum(text, name)
}

// live is the heap in use in bytes, right after a garbage collection.
func (o *operator) live(ctx context.Context) (float64, error) {
	text, err := get(ctx, o.pprof, "/debug/pprof/heap?gc=1&debug=1")
	if err != nil {
		return 0, err
	}
	return sum(text, "# HeapAlloc =")
}

// sum adds up the last fields of the lines that begin so.
func sum(text, prefix string) (float64, error) {
	total, found := 0.0, false
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, prefix) {
			continue
		}
		fields := strings.Fields(line)
		n, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", prefix, err)
		}
		total, found = total+n, true
	}
	if !found {
		return 0, fmt.Errorf("no %s", prefix)
	}
	return total, nil
}

func get(ctx context.Context, address, path string) (string, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, http.NoBody)
	if err != nil {
		return "", err
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return "", err
	}
	defer func() { _ = a.Body.Close() }()
	text, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, a.Status)
	}
	return string(text), err
}
