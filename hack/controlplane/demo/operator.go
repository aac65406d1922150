package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/meshaudit/meshaudit/hack/controlplane/cluster"
)

const (
	operatorName      = "meshaudit"
	operatorNamespace = "meshaudit-system"
	operatorAccount   = "meshaudit-manager"
)

// startOperator runs the program as the ServiceAccount that its Pods would
// have, so that it can do what the generated roles grant and nothing else.
func (d *demo) startOperator(ctx context.Context) error {
	d.say("starting the operator as ServiceAccount %s/%s", operatorNamespace, operatorAccount)
	kubeconfig, err := d.writeOperatorKubeconfig(ctx)
	if err != nil {
		return err
	}
	metrics, err := cluster.FreeURL(ctx, "http")
	if err != nil {
		return err
	}
	health, err := cluster.FreeURL(ctx, "http")
	if err != nil {
		return err
	}
	metrics.Path, health.Path = "/metrics", "/readyz"
	d.metrics = metrics.String()
	return d.cluster.Run(ctx, cluster.Component{Name: operatorName, Path: d.meshaudit, Health: health, Args: []string{
		"manager",
		"--kubeconfig=" + kubeconfig,
		"--leader-elect",
		"--leader-election-namespace=" + operatorNamespace,
		"--metrics-bind-address=" + metrics.Host,
		"--metrics-secure=false",
		"--health-probe-bind-address=" + health.Host,
	}})
}

func (d *demo) writeOperatorKubeconfig(ctx context.Context) (string, error) {
	content, err := d.cluster.ServiceAccountKubeconfig(ctx, operatorNamespace, operatorAccount)
	if err != nil {
		return "", err
	}
	path := filepath.Join(d.dir, "operator.kubeconfig")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return "", fmt.Errorf("operator's kubeconfig: %w", err)
	}
	return path, nil
}
