package binaries

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// progressInterval is how often a build in progress says that it goes on.
const progressInterval = 30 * time.Second

// make builds the binary or links to the given one. The stamp comes last, so
// that an interrupted build counts as none.
func (t target) make(ctx context.Context, prefix string, out io.Writer) error {
	if err := os.Remove(t.stampPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("stamp of %s: %w", t.name, err)
	}
	step := t.build
	if t.asset != "" {
		step = t.link
	}
	if err := step(ctx, prefix, out); err != nil {
		return err
	}
	if err := os.WriteFile(t.stampPath(), []byte(t.stamp()), 0o644); err != nil {
		return fmt.Errorf("stamp of %s: %w", t.name, err)
	}
	return nil
}

func (t target) link(_ context.Context, prefix string, out io.Writer) error {
	if err := os.Remove(t.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replace %s: %w", t.name, err)
	}
	if err := os.Symlink(t.asset, t.path); err != nil {
		return fmt.Errorf("link %s: %w", t.name, err)
	}
	fmt.Fprintf(out, "%s %s: taken from %s\n", prefix, t.name, AssetsVariable)
	return nil
}

// build compiles into a file beside the binary and renames it, so that a
// binary that runs elsewhere stays whole.
func (t target) build(ctx context.Context, prefix string, out io.Writer) error {
	began := time.Now()
	fmt.Fprintf(out, "%s %s %s: building\n", prefix, t.name, t.version)
	partial := filepath.Join(filepath.Dir(t.path), "."+t.name+".partial")
	stop := reportProgress(out, prefix+" "+t.name, began)
	err := t.compile(ctx, partial)
	stop()
	if err != nil {
		return err
	}
	if err := os.Rename(partial, t.path); err != nil {
		return fmt.Errorf("install %s: %w", t.name, err)
	}
	fmt.Fprintf(out, "%s %s %s: built in %s\n", prefix, t.name, t.version, elapsed(began))
	return nil
}

func (t target) compile(ctx context.Context, output string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false",
		"-ldflags", t.linkerFlags(t.version), "-o", output, t.importPath())
	cmd.Dir = filepath.Join(t.root, "tools", t.tools)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	// An interrupted go command ends its compilers, a killed one leaves them.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &messages, &messages
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s %s: %w\n%s", t.name, t.version, err, LastLines(messages.String(), 20))
	}
	return nil
}

// reportProgress tells the elapsed time now and then until stop is called.
func reportProgress(out io.Writer, what string, began time.Time) (stop func()) {
	quit, finished := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(finished)
		ticker := time.NewTicker(progressInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				fmt.Fprintf(out, "%s: still building after %s\n", what, elapsed(began))
			case <-quit:
				return
			}
		}
	}()
	return func() { close(quit); <-finished }
}

func elapsed(since time.Time) time.Duration {
	return time.Since(since).Round(time.Second)
}
