package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func startCluster(t *testing.T, o Options) *Cluster {
	t.Helper()
	o.Output = os.Stderr
	c, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// TestStory lives through what the demo and the end-to-end tests rely on, in
// one cluster since starting it is the expensive part.
func TestStory(t *testing.T) {
	c := startCluster(t, Options{Dir: t.TempDir(), Controllers: true, Injector: true, CRDs: []string{IstioCRDs, GatewayAPICRDs}})
	applyWebhooks(t, c)
	t.Run("a Deployment becomes Ready Pods with a native sidecar", func(t *testing.T) { sidecarStory(t, c) })
	t.Run("where two meshes meet a pod gets both sidecars", func(t *testing.T) { bothMeshesStory(t, c) })
	t.Run("an owner's end collects what it owns", func(t *testing.T) { ownerStory(t, c) })
	t.Run("a namespace ends with all it holds", func(t *testing.T) { namespaceStory(t, c) })
	t.Run("a ServiceAccount may do what its roles grant", func(t *testing.T) { tokenStory(t, c) })
	t.Run("nothing is left behind", func(t *testing.T) { stopStory(t, c) })
}

func sidecarStory(t *testing.T, c *Cluster) {
	t.Helper()
	create(t, c, namespace("shop", map[string]string{"istio-injection": "enabled"}), deployment("shop", "web", 2))
	for _, pod := range readyPods(t, c, "shop", 2) {
		i := slices.IndexFunc(pod.Spec.InitContainers, func(c corev1.Container) bool { return c.Name == "istio-proxy" })
		if i < 0 || ptr.Deref(pod.Spec.InitContainers[i].RestartPolicy, "") != corev1.ContainerRestartPolicyAlways {
			t.Fatalf("want istio-proxy as a native sidecar, got %+v", pod.Spec.InitContainers)
		}
		if status := pod.Status.InitContainerStatuses[i]; !status.Ready || status.State.Running == nil {
			t.Errorf("want the sidecar ready and running, got %+v", status)
		}
	}
}

func bothMeshesStory(t *testing.T, c *Cluster) {
	t.Helper()
	create(t, c, namespace("both", map[string]string{
		"istio-injection": "enabled", "appmesh.k8s.aws/sidecarInjectorWebhook": "enabled",
	}), deployment("both", "web", 1))
	pod := readyPods(t, c, "both", 1)[0]
	var all []string
	for _, container := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
		all = append(all, container.Name)
	}
	slices.Sort(all)
	if want := []string{"envoy", "istio-init", "istio-proxy", "proxyinit", "web"}; !slices.Equal(all, want) {
		t.Errorf("got containers %v, want %v", all, want)
	}
}

func ownerStory(t *testing.T, c *Cluster) {
	t.Helper()
	owner := configMap("owner")
	create(t, c, owner)
	owned := configMap("owned")
	owned.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name, UID: owner.UID}}
	create(t, c, owned)
	if err := c.Client.Delete(t.Context(), owner); err != nil {
		t.Fatal(err)
	}
	gone(t, c, owned)
}

func namespaceStory(t *testing.T, c *Cluster) {
	t.Helper()
	ending := namespace("shop", nil)
	if err := c.Client.Delete(t.Context(), ending); err != nil {
		t.Fatal(err)
	}
	gone(t, c, ending)
	gone(t, c, deployment("shop", "web", 2))
}

func tokenStory(t *testing.T, c *Cluster) {
	t.Helper()
	create(t, c, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "reader"}})
	kubeconfig, err := c.ServiceAccountKubeconfig(t.Context(), "default", "reader")
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.RESTConfigFromKubeConfig(kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := client.New(config, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = reader.List(t.Context(), &corev1.SecretList{})
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "system:serviceaccount:default:reader") {
		t.Errorf("want the ServiceAccount refused, got %v", err)
	}
}

func stopStory(t *testing.T, c *Cluster) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(c.dir, runDir, "*.pid"))
	if err != nil || len(files) != 5 {
		t.Fatalf("want five components, got %v (%v)", files, err)
	}
	var ids []int
	for _, file := range files {
		ids = append(ids, processID(t, file))
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if err := syscall.Kill(id, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("process %d still runs (%v)", id, err)
		}
	}
}

func processID(t *testing.T, file string) int {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	id, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestWithoutControllers is what envtest alone gives: an API server in which
// nothing moves by itself.
func TestWithoutControllers(t *testing.T) {
	c := startCluster(t, Options{})
	create(t, c, deployment("default", "web", 1))
	if err := c.InstallCRDs(t.Context(), GatewayAPIExperimentalCRDs); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Wait(ctx); err != nil {
		t.Error(err)
	}
	if err := c.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("want the temporary folder gone, got %v", err)
	}
}
