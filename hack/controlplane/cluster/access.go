package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/utils/ptr"

	"github.com/meshaudit/meshaudit/hack/controlplane/binaries"
)

const contextName = "controlplane"

// tokenSeconds outlasts a day of work; the cluster seldom does.
const tokenSeconds = 24 * 60 * 60

// Token returns a bearer token of the ServiceAccount, which must exist.
func (c *Cluster) Token(ctx context.Context, namespace, serviceAccount string) (string, error) {
	request := &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: ptr.To[int64](tokenSeconds)},
	}
	token, err := c.clientset.CoreV1().ServiceAccounts(namespace).
		CreateToken(ctx, serviceAccount, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("token of ServiceAccount %s/%s: %w", namespace, serviceAccount, err)
	}
	return token.Status.Token, nil
}

// ServiceAccountKubeconfig returns a kubeconfig that acts as the
// ServiceAccount, which must exist.
func (c *Cluster) ServiceAccountKubeconfig(ctx context.Context, namespace, serviceAccount string) ([]byte, error) {
	token, err := c.Token(ctx, namespace, serviceAccount)
	if err != nil {
		return nil, err
	}
	content, err := clientcmd.Write(*c.kubeconfig(namespace, &clientcmdapi.AuthInfo{Token: token}))
	if err != nil {
		return nil, fmt.Errorf("kubeconfig: %w", err)
	}
	return content, nil
}

// Kubectl returns a command that runs kubectl as the administrator. What it
// caches goes with the cluster.
func (c *Cluster) Kubectl(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(c.binDir, binaries.Kubectl), args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+c.KubeconfigPath, "KUBECACHEDIR="+filepath.Join(c.dir, runDir))
	return cmd
}

// writeKubeconfig writes the administrator's, readable for the owner alone.
func (c *Cluster) writeKubeconfig(_ context.Context, o Options) error {
	c.KubeconfigPath = filepath.Join(c.dir, "kubeconfig")
	if o.KubeconfigPath != "" {
		path, err := filepath.Abs(o.KubeconfigPath)
		if err != nil {
			return fmt.Errorf("kubeconfig: %w", err)
		}
		c.KubeconfigPath = path
	}
	config := c.kubeconfig(metav1.NamespaceDefault, &clientcmdapi.AuthInfo{
		ClientCertificateData: c.RESTConfig.CertData,
		ClientKeyData:         c.RESTConfig.KeyData,
	})
	if err := clientcmd.WriteToFile(*config, c.KubeconfigPath); err != nil {
		return fmt.Errorf("kubeconfig: %w", err)
	}
	return nil
}

func (c *Cluster) kubeconfig(namespace string, user *clientcmdapi.AuthInfo) *clientcmdapi.Config {
	config := clientcmdapi.NewConfig()
	config.Clusters[contextName] = &clientcmdapi.Cluster{
		Server:                   "https://" + c.env.ControlPlane.GetAPIServer().HostPort(),
		CertificateAuthorityData: c.RESTConfig.CAData,
	}
	config.AuthInfos[contextName] = user
	config.Contexts[contextName] = &clientcmdapi.Context{Cluster: contextName, AuthInfo: contextName, Namespace: namespace}
	config.CurrentContext = contextName
	return config
}
