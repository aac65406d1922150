package operatortesting

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/monitoring/promtesting"
)

// Account is the access of a ServiceAccount, which must exist.
func Account(tb testing.TB, env *envtesting.Env, namespace, name string) *rest.Config {
	tb.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	request := &authenticationv1.TokenRequest{}
	if err := env.Client.SubResource("token").Create(tb.Context(), account, request); err != nil {
		tb.Fatalf("ask for a token of %s: %v", name, err)
	}
	access := rest.AnonymousClientConfig(env.Config)
	access.BearerToken = request.Status.Token
	return access
}

// Kubeconfig writes an access to a file, which lasts until the test ends.
func Kubeconfig(tb testing.TB, access *rest.Config) (file string) {
	tb.Helper()
	const only = "test"
	file = filepath.Join(tb.TempDir(), "kubeconfig")
	err := clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{only: {
			Server: access.Host, CertificateAuthorityData: access.CAData,
		}},
		AuthInfos: map[string]*clientcmdapi.AuthInfo{only: {
			Token: access.BearerToken, ClientCertificateData: access.CertData, ClientKeyData: access.KeyData,
		}},
		Contexts:       map[string]*clientcmdapi.Context{only: {Cluster: only, AuthInfo: only}},
		CurrentContext: only,
	}, file)
	if err != nil {
		tb.Fatal(err)
	}
	return file
}

// Shell runs a command as a person types it, in the repository's folder, with
// kubectl on the path; it gives all that is printed.
func Shell(tb testing.TB, kubeconfig, command string) (output string, err error) {
	tb.Helper()
	root := promtesting.Root(tb)
	tools := cmp.Or(os.Getenv("KUBEBUILDER_ASSETS"), filepath.Join(root, "bin", "controlplane"))
	c := exec.CommandContext(tb.Context(), "sh", "-c", command) //nolint:gosec // what the test says
	c.Dir = root
	c.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig, "PATH="+tools+":"+os.Getenv("PATH"))
	text, err := c.CombinedOutput()
	return string(text), err
}
