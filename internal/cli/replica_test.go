package cli

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// replica is a running operator: a process of its own, as several would share
// what is global to a process, with its own way to the API server.
type replica struct {
	*recorder

	probe, metrics string // addresses
	log            string // file
	stop           func() // gracefully; the end of the test does, too
	kill           func()
}

// operate starts an operator that has the rights of config/rbac.
func (c *cluster) operate(t *testing.T, flags ...string) *replica {
	t.Helper()
	r := &replica{
		recorder: c.record(t), probe: freeAddress(t), metrics: freeAddress(t),
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
	stdin, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	r.stop = func() { once.Do(func() { r.end(t, process, stdin) }) }
	r.kill = func() {
		once.Do(func() {
			_ = process.Process.Kill()
			_ = process.Wait()
			r.judge(t)
		})
	}
	t.Cleanup(func() {
		r.stop()
		if t.Failed() {
			t.Logf("log of an operator:\n%s", r.said(t))
		}
	})
}

// end stops the process, which must not have minded anything.
func (r *replica) end(t *testing.T, process *exec.Cmd, stdin io.Closer) {
	t.Helper()
	overdue := time.AfterFunc(time.Minute, func() { _ = process.Process.Kill() })
	defer overdue.Stop()
	_ = stdin.Close()
	if err := process.Wait(); err != nil {
		t.Errorf("the operator ended with %v", err)
	}
	r.judge(t)
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
