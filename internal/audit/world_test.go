package audit_test

import (
	"encoding/json"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// The synthetic mesh of the benchmarks: healthy, sidecars everywhere, with a
// mistake now and then, and ambient mode in some namespaces more. About 17,500
// objects.
const (
	namespaces          = 200
	servicesPer         = 10 // per namespace
	deploymentsPer      = 5
	podsPerDeployment   = 10
	virtualServicesPer  = 5
	destinationRulesPer = 4
)

// builder collects projected objects.
type builder struct{ batch inventory.Batch }

func (b *builder) typed(k inventory.Kind, o runtime.Object) {
	row, _ := kinds.Lookup(k)
	m := o.(metav1.Object)
	ref := inventory.Ref{Kind: k, Namespace: m.GetNamespace(), Name: m.GetName()}
	b.batch.Put(&inventory.Object{Ref: ref, Value: row.Project(o)})
}

func (b *builder) custom(apiVersion, kind, namespace, name string, spec any) {
	raw, err := json.Marshal(map[string]any{
		"apiVersion": apiVersion, "kind": kind,
		"metadata": map[string]any{"namespace": namespace, "name": name}, "spec": spec,
	})
	if err != nil {
		panic(err)
	}
	o, err := kinds.Decode(apiVersion, kind, raw)
	if err != nil || o.Fault != nil {
		panic(fmt.Sprint(err, o.Fault))
	}
	b.batch.Put(o)
}

// syntheticMesh makes the whole mesh as one batch, everything listed.
func syntheticMesh() inventory.Batch {
	b := &builder{}
	for _, row := range kinds.Rows() {
		b.batch.SetState(row.Kind, "", inventory.Listed)
	}
	b.root()
	b.install()
	for n := range namespaces {
		b.namespace(fmt.Sprintf("team-%03d", n), n)
	}
	return b.batch
}

func (b *builder) root() {
	b.typed("Namespace", &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "istio-system"}})
	b.custom("security.istio.io/v1", "PeerAuthentication", "istio-system", "default", strict)
	labels := map[string]string{"app": "istiod", "istio": "pilot"}
	b.typed("Service", service("istio-system", "istiod", labels, 15012))
	gateway := map[string]string{"istio": "ingressgateway"}
	b.typed("Service", service("istio-system", "istio-ingressgateway", gateway, 443))
	b.deployment("istio-system", "istio-ingressgateway", gateway, 2)
}

var strict = map[string]any{"mtls": map[string]any{"mode": "STRICT"}}

func (b *builder) namespace(name string, n int) {
	b.typed("Namespace", &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{"istio-injection": "enabled", "kubernetes.io/metadata.name": name},
	}})
	for s := range servicesPer {
		app := map[string]string{"app": fmt.Sprintf("app-%d", s%deploymentsPer)}
		b.typed("Service", service(name, fmt.Sprintf("svc-%d", s), app, 8080))
	}
	for d := range deploymentsPer {
		app := fmt.Sprintf("app-%d", d)
		b.deployment(name, app, map[string]string{"app": app, "version": "v1"}, podsPerDeployment)
	}
	for v := range virtualServicesPer {
		b.custom("networking.istio.io/v1", "VirtualService", name, fmt.Sprintf("vs-%d", v), route(v, n%20 == 0))
	}
	for d := range destinationRulesPer {
		b.custom("networking.istio.io/v1", "DestinationRule", name, fmt.Sprintf("dr-%d", d), subsets(d))
	}
}

func route(i int, mistake bool) map[string]any {
	host := fmt.Sprintf("svc-%d", i)
	target := map[string]any{"host": host, "port": map[string]any{"number": 8080}}
	if mistake {
		target["host"] = "missing"
	}
	return map[string]any{
		"hosts": []any{host},
		"http":  []any{map[string]any{"route": []any{map[string]any{"destination": target}}}},
	}
}

func subsets(i int) map[string]any {
	return map[string]any{
		"host":          fmt.Sprintf("svc-%d", i),
		"trafficPolicy": map[string]any{"tls": map[string]any{"mode": "ISTIO_MUTUAL"}},
		"subsets":       []any{map[string]any{"name": "v1", "labels": map[string]any{"version": "v1"}}},
	}
}

func service(namespace, name string, selector map[string]string, port int32) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: corev1.ServiceSpec{Selector: selector, ClusterIP: "10.0.0.1", Ports: []corev1.ServicePort{{
			Name: "http", Port: port, TargetPort: intstr.FromInt32(port),
		}}},
	}
}

func (b *builder) deployment(namespace, name string, labels map[string]string, pods int) {
	replicas := int32(pods)
	meta := metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: labels, UID: types.UID(namespace + name)}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: podSpec(name, false)}
	b.typed("Deployment.apps", &appsv1.Deployment{
		ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Replicas: &replicas, Template: template},
	})
	set := metav1.ObjectMeta{
		Namespace: namespace, Name: name + "-5d4f", Labels: labels, UID: types.UID(namespace + name + "rs"),
		OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(&meta, appsv1.SchemeGroupVersion.WithKind("Deployment"))},
	}
	b.typed("ReplicaSet.apps", &appsv1.ReplicaSet{
		ObjectMeta: set, Spec: appsv1.ReplicaSetSpec{Replicas: &replicas, Template: template},
	})
	for i := range pods {
		b.typed("Pod", pod(set, fmt.Sprintf("%s-%d", set.Name, i), labels, name))
	}
}

func pod(owner metav1.ObjectMeta, name string, labels map[string]string, app string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: owner.Namespace, Name: name, Labels: labels, UID: types.UID(owner.Namespace + name),
			Annotations:     map[string]string{"sidecar.istio.io/status": `{"revision":"default"}`},
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(&owner, appsv1.SchemeGroupVersion.WithKind("ReplicaSet"))},
		},
		Spec: podSpec(app, true),
		Status: corev1.PodStatus{
			Phase:      corev1.PodRunning,
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
}

func podSpec(app string, injected bool) corev1.PodSpec {
	spec := corev1.PodSpec{Containers: []corev1.Container{{
		Name: "app", Image: "example/" + app + ":v1", Ports: []corev1.ContainerPort{{ContainerPort: 8080}},
		Env: []corev1.EnvVar{{Name: "LOG_LEVEL", Value: "info"}, {Name: "PORT", Value: "8080"}},
	}}}
	if !injected {
		return spec
	}
	always := corev1.ContainerRestartPolicyAlways
	quantity := corev1.ResourceList{"cpu": resource.MustParse("100m"), "memory": resource.MustParse("128Mi")}
	spec.InitContainers = []corev1.Container{
		{Name: "istio-init", Image: "example/proxyv2:1.31.0"},
		{
			Name: "istio-proxy", Image: "example/proxyv2:1.31.0", RestartPolicy: &always,
			Resources: corev1.ResourceRequirements{Requests: quantity, Limits: quantity},
		},
	}
	return spec
}
