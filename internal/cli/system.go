package cli

import (
	"cmp"
	"os"
	"strings"
)

const (
	// ownNamespace is where a Pod finds its namespace.
	ownNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"
	// defaultSystem is the operator's namespace in config/default.
	defaultSystem = "meshaudit-system"
)

// system is the operator's namespace: that of the Pod or, outside of a cluster,
// that of the Lease. A Lease that is kept elsewhere gives its namespace no power.
func (f *managerFlags) system() string {
	own, _ := os.ReadFile(ownNamespace) // there is none outside of a cluster
	return cmp.Or(strings.TrimSpace(string(own)), f.leaseNamespace, defaultSystem)
}
