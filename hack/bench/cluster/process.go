package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// readyWord is the line by which a peer says that it has read everything.
const readyWord = "ready"

// patience is how long a process may take to end.
const patience = 30 * time.Second

// guarded becomes the program of its arguments, and ends it when this process
// is gone, however that ended.
const guarded = `(while kill -0 $$ && kill -0 $PPID; do sleep 1; done; kill $$) </dev/null >/dev/null 2>&1 &
exec "$@"`

// process is a program that is measured.
type process struct {
	command *exec.Cmd
	began   time.Time
	log     string // file
	out     *os.File
	ended   chan error
}

// start starts a program. Its errors go to a file of the folder, and its output
// is read by [process.ready].
func start(ctx context.Context, dir, name string, env []string, args ...string) (*process, error) {
	log, err := os.Create(filepath.Join(dir, name+".log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	p := &process{log: log.Name(), out: out, ended: make(chan error, 1)}
	p.command = exec.CommandContext(ctx, "sh", append([]string{"-c", guarded, "sh"}, args...)...)
	p.command.Cancel = func() error { return p.command.Process.Signal(syscall.SIGTERM) }
	p.command.WaitDelay = patience
	p.command.Env = append(os.Environ(), env...)
	p.command.Stdout, p.command.Stderr = in, log
	p.began = time.Now()
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() { p.ended <- p.command.Wait() }()
	return p, nil
}

// peer starts this program as another one.
func (b *bench) peer(ctx context.Context, role string, env ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, b.dir, role, env, self, "--role", role, "--kubeconfig", b.kubeconfig)
}

// ready waits until a peer says so, and gives the time since its start.
func (p *process) ready() (time.Duration, error) {
	late := time.AfterFunc(settleTimeout, func() { _ = p.command.Process.Kill() })
	defer late.Stop()
	line, err := bufio.NewReader(p.out).ReadString('\n')
	if strings.TrimSpace(line) != readyWord {
		return 0, p.complaint(fmt.Errorf("not ready: %q, %w", line, err))
	}
	return time.Since(p.began), nil
}

// complaint adds the log's end to an error.
func (p *process) complaint(err error) error {
	text, _ := os.ReadFile(p.log)
	return fmt.Errorf("%w; the log ends with: %s", err, text[max(len(text)-2000, 0):])
}

// stop ends the process gracefully.
func (p *process) stop() error {
	defer func() { _ = p.out.Close() }()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	late := time.AfterFunc(patience, func() { _ = p.command.Process.Kill() })
	defer late.Stop()
	err := <-p.ended
	if status, ok := p.command.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signal() == syscall.SIGTERM {
		return nil
	}
	if err != nil {
		return p.complaint(err)
	}
	return nil
}

// memory is a figure of the process's memory in bytes, as the kernel's
// /proc/PID/status names it: VmRSS, VmHWM, RssAnon.
func (p *process) memory(name string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib * 1024, err
		}
	}
	return 0, fmt.Errorf("no %s of process %d", name, p.command.Process.Pid)
}
