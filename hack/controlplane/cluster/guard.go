package cluster

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// guardScript waits until its standard input ends, which happens when the
// process at the other end of the pipe is gone, however it ended, and kills
// what still runs of the components. Their ids are in the folder's pid files.
const guardScript = `cat >/dev/null
cd "$1" && for f in *.pid; do [ -f "$f" ] && kill -9 "$(cat "$f")"; done 2>/dev/null
true`

// guard keeps components from outliving this process. Neither a finalizer nor
// a signal handler does that when the process is killed, and envtest, which
// starts two of the components, leaves no way to set a parent-death signal.
type guard struct {
	dir  string
	cmd  *exec.Cmd
	pipe io.Closer
}

func (c *Cluster) startGuard(ctx context.Context, _ Options) error {
	g := &guard{dir: filepath.Join(c.dir, runDir)}
	g.cmd = exec.CommandContext(context.WithoutCancel(ctx), "sh", "-c", guardScript, "sh", g.dir)
	// A group of its own: an interrupt from the terminal must not end it.
	g.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := g.cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("start the guard: %w", err)
	}
	g.pipe = pipe
	if err := g.cmd.Start(); err != nil {
		return fmt.Errorf("start the guard: %w", err)
	}
	c.guard = g
	c.cleanup(g.stop)
	return nil
}

// script writes the script by which a component is started: it leaves its
// process id for the guard and becomes the component.
func (g *guard) script(name, binary string) (string, error) {
	pidFile := filepath.Join(g.dir, name+".pid")
	content := fmt.Sprintf("#!/bin/sh\necho $$ >%s\nexec %s \"$@\"\n", quote(pidFile), quote(binary))
	path := filepath.Join(g.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o700); err != nil {
		return "", fmt.Errorf("start script of %s: %w", name, err)
	}
	return path, nil
}

func quote(word string) string {
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// stop is called when all components have ended: their ids may be those of
// other processes by now, so they are forgotten before the guard wakes up.
func (g *guard) stop() error {
	if err := os.RemoveAll(g.dir); err != nil {
		return fmt.Errorf("stop the guard: %w", err)
	}
	if err := g.pipe.Close(); err != nil {
		return fmt.Errorf("stop the guard: %w", err)
	}
	if err := g.cmd.Wait(); err != nil {
		return fmt.Errorf("stop the guard: %w", err)
	}
	return nil
}
