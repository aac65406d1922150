package cli

import (
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// restConfig is the access to a cluster that kubectl would use with the same
// flags, or, without any configuration, the access that a Pod has. Its requests
// wait no longer for a silent API server than patience allows.
func restConfig(kubeconfig, context string, patience time.Duration) (*rest.Config, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = kubeconfig
	overrides := &clientcmd.ConfigOverrides{CurrentContext: context}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides).ClientConfig()
	if err == nil {
		hurry(config, patience)
	}
	return config, err
}
