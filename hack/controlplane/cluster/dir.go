package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
)

// Folders in the cluster's folder. Since they are emptied, their names are
// such that nobody else's are.
const (
	certsDir = "cluster-certs"
	etcdDir  = "cluster-etcd"
	runDir   = "cluster-run"
)

var dataDirs = []string{certsDir, etcdDir, runDir}

// prepareDir takes the folder for this cluster alone and empties what a
// former one left: its certificates are not those of the new API server.
func (c *Cluster) prepareDir(_ context.Context, o Options) error {
	if err := c.chooseDir(o.Dir); err != nil {
		return err
	}
	unlock, err := binaries.Lock(filepath.Join(c.dir, "lock"), false)
	if err != nil {
		return fmt.Errorf("folder %s serves another cluster: %w", c.dir, err)
	}
	c.cleanup(func() error { unlock(); return nil })
	if err := c.removeData(); err != nil {
		return err
	}
	c.cleanup(c.removeData)
	for _, name := range dataDirs {
		if err := os.MkdirAll(filepath.Join(c.dir, name), 0o700); err != nil {
			return fmt.Errorf("prepare the cluster's folder: %w", err)
		}
	}
	return nil
}

// removeData leaves logs and kubeconfigs, which help after a failure.
func (c *Cluster) removeData() error {
	for _, name := range dataDirs {
		if err := os.RemoveAll(filepath.Join(c.dir, name)); err != nil {
			return fmt.Errorf("empty the cluster's folder: %w", err)
		}
	}
	return nil
}

func (c *Cluster) chooseDir(dir string) (err error) {
	if dir == "" {
		if c.dir, err = os.MkdirTemp("", "controlplane-"); err != nil {
			return fmt.Errorf("cluster's folder: %w", err)
		}
		c.cleanup(func() error { return os.RemoveAll(c.dir) })
		return nil
	}
	if c.dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("cluster's folder: %w", err)
	}
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return fmt.Errorf("cluster's folder: %w", err)
	}
	return nil
}

// openLog opens a component's log, anew for each cluster, until Stop.
func (c *Cluster) openLog(name string) (*os.File, error) {
	log, err := os.Create(c.logPath(name))
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	c.cleanup(log.Close)
	return log, nil
}

// LogTail returns the end of a component's log, for errors.
func (c *Cluster) LogTail(name string) string {
	data, err := os.ReadFile(c.logPath(name))
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("last lines of %s.log:\n%s", name, binaries.LastLines(string(data), 15))
}

func (c *Cluster) logPath(name string) string {
	return filepath.Join(c.dir, name+".log")
}
