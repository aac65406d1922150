package mesh

import (
	"iter"
	"strings"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// RemoteClusters reads whether the mesh spans clusters that are not read: what
// is missing here may then be there. Where the policy leaves it open, it does
// if the cluster shows a sign of it:
//
//   - a gateway that passes on traffic from other networks (a server with TLS
//     mode AUTO_PASSTHROUGH, or a Gateway of class istio-east-west),
//   - an istiod that was given a cluster name: the charts leave it at
//     "Kubernetes" for a mesh of one cluster.
func RemoteClusters(r inventory.Reader) bool {
	if remote := kinds.MeshSettings(r).RemoteClusters; remote != nil {
		return *remote
	}
	for range kinds.KubeGatewaysByClass.Everywhere(r, "istio-east-west") {
		return true
	}
	for g := range kinds.Gateways.All(r) {
		if passesOn(g) {
			return true
		}
	}
	for c := range istiods(r) {
		if id := c.EnvValue("CLUSTER_ID"); id != "" && id != "Kubernetes" {
			return true
		}
	}
	return false
}

func passesOn(g *kinds.Gateway) bool {
	for _, s := range g.Spec.GetServers() {
		if s.GetTls().GetMode() == networking.ServerTLSSettings_AUTO_PASSTHROUGH {
			return true
		}
	}
	return false
}

// ClusterDomain reads the domain of Services' names: what istiod was given by
// --domain, else [kinds.ClusterDomain].
func ClusterDomain(r inventory.Reader) string {
	for c := range istiods(r) {
		if d := argument(c.Args, "--domain"); d != "" {
			return d
		}
	}
	return kinds.ClusterDomain
}

// istiods yields the containers of istiod's Deployments.
func istiods(r inventory.Reader) iter.Seq[*kinds.Container] {
	return func(yield func(*kinds.Container) bool) {
		for d := range kinds.Deployments.ByLabel.Everywhere(r, kinds.LabelKey("app", "istiod")) {
			if c := d.Template.Container("discovery"); c != nil && !yield(c) {
				return
			}
		}
	}
}

// argument is the value of a flag, written as --flag=value or --flag value.
func argument(args []string, flag string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, flag+"="); ok {
			return v
		}
		if a == flag && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}
