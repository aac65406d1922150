package cluster

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestGuardKillsWhatOutlivesTheCluster lets the guard see what it sees when
// the process that started the components is killed: the end of its pipe.
func TestGuardKillsWhatOutlivesTheCluster(t *testing.T) {
	c := &Cluster{}
	if err := c.prepareDir(t.Context(), Options{Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	if err := c.startGuard(t.Context(), Options{}); err != nil {
		t.Fatal(err)
	}
	p, err := c.spawn(t.Context(), "cat", "/bin/cat", []string{fifo(t)})
	if err != nil {
		t.Fatal(err)
	}
	waitForFile(t, filepath.Join(c.dir, runDir, "cat.pid"))
	if err := c.guard.pipe.Close(); err != nil {
		t.Fatal(err)
	}
	<-p.done
	if err := c.guard.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestWaitReportsAComponentThatEnds(t *testing.T) {
	c := &Cluster{}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := c.prepareDir(t.Context(), Options{Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	if err := c.startGuard(t.Context(), Options{}); err != nil {
		t.Fatal(err)
	}
	p, err := c.spawn(t.Context(), "ls", "/bin/ls", []string{"/does/not/exist"})
	if err != nil {
		t.Fatal(err)
	}
	c.processes = append(c.processes, p)
	if err := c.Wait(t.Context()); err == nil || !strings.Contains(err.Error(), "/does/not/exist") {
		t.Errorf("want an error with the end of the log, got %v", err)
	}
}

func TestFolderServesOneCluster(t *testing.T) {
	first, second := &Cluster{}, &Cluster{}
	dir := t.TempDir()
	if err := first.prepareDir(t.Context(), Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	if err := second.prepareDir(t.Context(), Options{Dir: dir}); err == nil {
		t.Error("want an error: the folder is in use")
	}
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := second.prepareDir(t.Context(), Options{Dir: dir}); err != nil {
		t.Errorf("want the folder free: %v", err)
	}
}

func TestQuote(t *testing.T) {
	if got, want := quote("it's"), `'it'\''s'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
