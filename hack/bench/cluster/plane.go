package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/hack/bench/load"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// open gives the control plane with the mesh in it. What etcd stores of the
// mesh is kept in the folder of that name, if there is one, and each run has a
// copy of its own.
func (b *bench) open(ctx context.Context) error {
	data := filepath.Join(b.dir, "etcd")
	if b.keep == "" {
		return b.fill(ctx, data)
	}
	kept := filepath.Join(b.keep, fmt.Sprintf("etcd-%d-%d", b.size, b.seed))
	_, err := os.Stat(kept)
	if b.foreign = err == nil; !b.foreign {
		if err := b.store(ctx, kept); err != nil {
			return err
		}
	}
	if err := os.CopyFS(data, os.DirFS(kept)); err != nil {
		return fmt.Errorf("copy what was kept: %w", err)
	}
	return b.connect(data)
}

// store fills a folder of etcd's, which gets its name when it is whole.
func (b *bench) store(ctx context.Context, kept string) error {
	partial := kept + ".partial"
	if err := errors.Join(os.RemoveAll(partial), os.MkdirAll(partial, 0o700)); err != nil {
		return err
	}
	err := b.fill(ctx, partial)
	if b.env != nil { // it started
		err = errors.Join(err, b.env.Close())
	}
	if err != nil {
		return err
	}
	return os.Rename(partial, kept)
}

// fill makes the mesh in a new control plane.
func (b *bench) fill(ctx context.Context, data string) error {
	if err := b.connect(data); err != nil {
		return err
	}
	crds, err := envtesting.FindCRDs(load.Groups()...)
	if err != nil {
		return err
	}
	if err := b.env.Serve(crds...); err != nil {
		return err
	}
	began := time.Now()
	if err := b.mesh.Fill(ctx, b.config(), b.progress); err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	b.say("filled in %s: %v", seconds(time.Since(began)), b.mesh.Counts())
	return nil
}

// connect starts the control plane and makes the ways to it.
func (b *bench) connect(data string) error {
	options := load.ControlPlane()
	options.DataDir = data
	var err error
	if b.env, err = envtesting.Launch(options); err != nil {
		return err
	}
	s := runtime.NewScheme()
	if err := errors.Join(clientscheme.AddToScheme(s), v1alpha1.AddToScheme(s)); err != nil {
		return err
	}
	if b.api, err = client.NewWithWatch(b.config(), client.Options{Scheme: s}); err != nil {
		return err
	}
	b.kubeconfig = filepath.Join(b.dir, "kubeconfig")
	return os.WriteFile(b.kubeconfig, b.env.Kubeconfig(), 0o600)
}

// config is access without a limit.
func (b *bench) config() *rest.Config {
	c := rest.CopyConfig(b.env.Config)
	c.QPS = -1
	return c
}
