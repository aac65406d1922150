package cli

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// cluster is a real API server with our CRDs and Istio's.
type cluster struct {
	*envtesting.Env
	api client.Client // knows our kinds
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	env := envtesting.Start(t)
	env.InstallCRDs(t, v1alpha1.GroupName, "networking.istio.io")
	types := runtime.NewScheme()
	if err := errors.Join(v1alpha1.AddToScheme(types), coordinationv1.AddToScheme(types)); err != nil {
		t.Fatal(err)
	}
	api, err := client.New(env.Config, client.Options{Scheme: types})
	if err != nil {
		t.Fatal(err)
	}
	return &cluster{Env: env, api: api}
}

// kubeconfig writes the access to a file.
func kubeconfig(t *testing.T, c *rest.Config) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	err := clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{"test": {
			Server: c.Host, CertificateAuthorityData: c.CAData,
		}},
		AuthInfos: map[string]*clientcmdapi.AuthInfo{"test": {
			ClientCertificateData: c.CertData, ClientKeyData: c.KeyData,
		}},
		Contexts:       map[string]*clientcmdapi.Context{"test": {Cluster: "test", AuthInfo: "test"}},
		CurrentContext: "test",
	}, file)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}

// operate runs the manager until stop is called, which gives its exit code.
func operate(t *testing.T, args ...string) (stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	var said bytes.Buffer
	go func() {
		done <- Execute(ctx, append([]string{"manager"}, args...), Streams{In: &bytes.Buffer{}, Out: &said, Err: &said})
	}()
	return func() int {
		cancel()
		code := <-done
		if code != 0 {
			t.Errorf("exit code %d: %s", code, said.String())
		}
		return code
	}
}

const unknownHost = `
{"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "cart"},
 "spec": {"hosts": ["cart"], "http": [{"route": [{"destination": {"host": "nowhere"}}]}]}}`

func (c *cluster) create(t *testing.T, namespace, text string) *unstructured.Unstructured {
	t.Helper()
	o := &unstructured.Unstructured{}
	if err := o.UnmarshalJSON([]byte(text)); err != nil {
		t.Fatal(err)
	}
	o.SetNamespace(namespace)
	if err := c.Client.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return o
}

// waitForHigh waits until the namespace's report counts so many findings that
// are High.
func (c *cluster) waitForHigh(t *testing.T, namespace string, want int32) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		r := &v1alpha1.MeshAuditReport{}
		err := c.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, r)
		if err == nil && (r.Status.Summary.High != want || len(r.Status.Conditions) == 0) {
			err = fmt.Errorf("%+v", r.Status)
		}
		return err
	})
}

func TestTheOperator(t *testing.T) {
	c := newCluster(t)
	shop := c.Namespace(t)
	route := c.create(t, shop, unknownHost)
	probe, metrics := freeAddress(t), freeAddress(t)
	stop := operate(t, "--kubeconfig", kubeconfig(t, c.Config), "--health-probe-bind-address", probe,
		"--metrics-bind-address", metrics, "--leader-elect", "--leader-election-namespace", shop,
		"--zap-log-level", "error")

	c.waitForHigh(t, shop, 1)
	waitForAnswer(t, "http://"+probe+"/readyz", "", http.StatusOK, "ok")
	if err := c.Client.Delete(t.Context(), route); err != nil {
		t.Fatal(err)
	}
	c.waitForHigh(t, shop, 0)
	c.tryMetrics(t, "https://"+metrics+"/metrics", shop)
	c.tryPolicy(t, shop)

	stop()
	lease := &coordinationv1.Lease{}
	if err := c.api.Get(t.Context(), client.ObjectKey{Namespace: shop, Name: leaseName}, lease); err != nil {
		t.Fatal(err)
	}
	if holder := lease.Spec.HolderIdentity; holder != nil && *holder != "" {
		t.Errorf("the Lease is still held by %s", *holder)
	}
}

// tryPolicy excludes the namespace, and includes it again.
func (c *cluster) tryPolicy(t *testing.T, namespace string) {
	t.Helper()
	p := &v1alpha1.MeshAuditPolicy{}
	p.Name = v1alpha1.PolicyName
	p.Spec.Namespaces.Exclude = &v1alpha1.NamespaceSet{Names: []string{namespace}}
	p.Spec.Checks = []v1alpha1.CheckRule{{Name: "no/such", Disabled: true}}
	if err := c.api.Create(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	envtesting.WaitFor(t, func() error {
		r := &v1alpha1.MeshAuditReport{}
		err := c.api.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: v1alpha1.ReportName}, r)
		if err == nil {
			return errors.New("the report is still there")
		}
		return client.IgnoreNotFound(err)
	})
	envtesting.WaitFor(t, func() error {
		err := c.api.Get(t.Context(), client.ObjectKeyFromObject(p), p)
		if !meta.IsStatusConditionTrue(p.Status.Conditions, v1alpha1.ConditionAccepted) ||
			len(p.Status.UnmatchedPatterns) != 1 {
			return fmt.Errorf("status %+v (%w)", p.Status, err)
		}
		return err
	})
	if err := c.api.Delete(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	c.waitForHigh(t, namespace, 0)
}

// tryMetrics reads the metrics as nobody, as somebody, and as one who may.
func (c *cluster) tryMetrics(t *testing.T, url, namespace string) {
	t.Helper()
	waitForAnswer(t, url, "", http.StatusUnauthorized, "")
	waitForAnswer(t, url, c.token(t, namespace, "stranger"), http.StatusForbidden, "")
	token := c.token(t, namespace, "prometheus")
	c.Grant(t, "system:serviceaccount:"+namespace+":prometheus", "",
		rbacv1.PolicyRule{Verbs: []string{"get"}, NonResourceURLs: []string{"/metrics"}})
	waitForAnswer(t, url, token, http.StatusOK, fmt.Sprintf("meshaudit_findings{namespace=%q,severity=\"High\"} 0", namespace))
	waitForAnswer(t, url, token, http.StatusOK, "meshaudit_engine_drift_total 0")
	waitForAnswer(t, url, token, http.StatusOK, `meshaudit_objects{kind="Namespace"}`)
}

// token is that of a new service account.
func (c *cluster) token(t *testing.T, namespace, name string) string {
	t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	if err := c.Client.Create(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	request := &authenticationv1.TokenRequest{}
	if err := c.Client.SubResource("token").Create(t.Context(), account, request); err != nil {
		t.Fatal(err)
	}
	return request.Status.Token
}

func waitForAnswer(t *testing.T, url, token string, code int, part string) {
	t.Helper()
	insecure := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // its certificate is its own
	}}
	defer insecure.CloseIdleConnections()
	envtesting.WaitFor(t, func() error {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			return err
		}
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := insecure.Do(request)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(response.Body)
		err = errors.Join(err, response.Body.Close())
		if response.StatusCode != code || !strings.Contains(string(body), part) {
			return fmt.Errorf("%s: status %d, want %d and %q (%w)", url, response.StatusCode, code, part, err)
		}
		return err
	})
}
