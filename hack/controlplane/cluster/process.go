package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
)

const stopTimeout = 20 * time.Second

// process is a component that this package starts itself.
type process struct {
	name string
	cmd  *exec.Cmd
	tail func() string
	// done is closed when the process has ended; err says how.
	done chan struct{}
	err  error
}

// Component is a program that runs beside the API server.
type Component struct {
	// Name is what errors call it and its log in the cluster's folder.
	Name string
	// Path of the program, absolute.
	Path string
	Args []string
	// Health answers 200 when the program is ready.
	Health *url.URL
}

// Run starts a component and returns when it is ready. From then on it is part
// of the cluster: Wait tells when it ends, Stop ends it, and it does not
// outlive this process.
func (c *Cluster) Run(ctx context.Context, o Component) error {
	p, err := c.spawn(ctx, o.Name, o.Path, o.Args)
	if err != nil {
		return err
	}
	c.processes = append(c.processes, p)
	c.cleanup(p.stop)
	transport, err := rest.TransportFor(&rest.Config{TLSClientConfig: rest.TLSClientConfig{CAData: c.RESTConfig.CAData}})
	if err != nil {
		return fmt.Errorf("health check of %s: %w", o.Name, err)
	}
	return p.waitHealthy(ctx, &http.Client{Transport: transport, Timeout: 5 * time.Second}, o.Health.String())
}

// run starts a component of Kubernetes.
func (c *Cluster) run(ctx context.Context, name string, health *url.URL, args ...string) error {
	return c.Run(ctx, Component{Name: name, Path: filepath.Join(c.binDir, name), Args: args, Health: health})
}

func (c *Cluster) spawn(ctx context.Context, name, path string, args []string) (*process, error) {
	script, err := c.guard.script(name, path)
	if err != nil {
		return nil, err
	}
	log, err := c.openLog(name)
	if err != nil {
		return nil, err
	}
	p := &process{name: name, done: make(chan struct{}), tail: func() string { return c.LogTail(name) }}
	p.cmd = exec.CommandContext(context.WithoutCancel(ctx), "sh", append([]string{script}, args...)...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = c.dir, log, log
	// An interrupt from the terminal is for Stop to turn into an orderly end.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

func (p *process) waitHealthy(ctx context.Context, c *http.Client, url string) error {
	poll := func(ctx context.Context) (bool, error) {
		select {
		case <-p.done:
			return false, errors.New("it ended")
		default:
		}
		return healthy(ctx, c, url)
	}
	if err := wait.PollUntilContextTimeout(ctx, pollInterval, startTimeout, true, poll); err != nil {
		return p.failure(fmt.Sprintf("did not become healthy: %v", err))
	}
	return nil
}

// healthy takes a refused connection for "not yet".
func healthy(ctx context.Context, c *http.Client, url string) (bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false, err
	}
	response, err := c.Do(request)
	if err != nil {
		return false, nil //nolint:nilerr // it does not listen yet
	}
	return response.StatusCode == http.StatusOK, response.Body.Close()
}

func (p *process) failure(what string) error {
	return fmt.Errorf("%s %s\n%s", p.name, what, p.tail())
}

// stop asks the process to end and kills it when it does not.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		<-p.done
		return nil //nolint:nilerr // it has ended before
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(stopTimeout):
	}
	err := p.cmd.Process.Kill()
	<-p.done
	return errors.Join(fmt.Errorf("%s did not stop within %s and was killed", p.name, stopTimeout), err)
}
