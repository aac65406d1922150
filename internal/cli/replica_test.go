package cli

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// replica is a running operator: a process of its own, as several would share
// what is global to a process, with its own way to the API server.
type replica struct {
	*recorder

	told           func() error // see [cluster.told]
	probe, metrics string       // addresses
	log            string       // file
	stop           func()       // by SIGTERM; the end of the test does, too
	kill           func()
	// terminate sends SIGTERM and tells how the operator ended, which it must
	// in time.
	terminate func(in time.Duration) error
}

// operate starts an operator that has the rights of config/rbac.
func (c *cluster) operate(t *testing.T, flags ...string) *replica {
	t.Helper()
	r := &replica{
		recorder: c.record(t), told: func() error { return c.told(t) }, probe: freeAddress(t), metrics: freeAddress(t),
		log: filepath.Join(t.TempDir(), "log"),
	}
	r.run(t, append([]string{
		"manager", "--kubeconfig", c.kubeconfig(t, r.server),
		"--leader-elect", "--leader-election-namespace", system, "--health-probe-bind-address", r.probe,
		"--metrics-bind-address", r.metrics, "--metrics-secure=false",
	}, flags...))
	return r
}

// run starts the process, which ends when its input does.
func (r *replica) run(t *testing.T, args []string) {
	t.Helper()
	process := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], args...)
	process.Env = append(os.Environ(), asProgram+"=1")
	log, err := os.Create(r.log)
	if err != nil {
		t.Fatal(err)
	}
	process.Stdout, process.Stderr = log, log
	if _, err := process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	r.terminate = func(in time.Duration) (err error) {
		once.Do(func() { err = r.end(t, process, syscall.SIGTERM, in) })
		return err
	}
	r.stop = func() {
		if err := r.terminate(time.Minute); err != nil {
			t.Errorf("the operator ended with %v", err)
		}
	}
	r.kill = func() { once.Do(func() { _ = r.end(t, process, os.Kill, time.Minute) }) }
	t.Cleanup(func() {
		r.stop()
		if t.Failed() {
			t.Logf("log of an operator:\n%s", r.said(t))
		}
	})
}

// end ends the process, and judges what it did.
func (r *replica) end(t *testing.T, process *exec.Cmd, by os.Signal, in time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), in)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = process.Process.Kill() })()
	_ = process.Process.Signal(by)
	err := process.Wait()
	r.judge(t)
	if strings.Contains(r.said(t), "DATA RACE") {
		t.Errorf("a data race in an operator:\n%s", r.said(t))
	}
	return err
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}
