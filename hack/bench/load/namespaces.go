package load

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// configs makes all objects of a namespace but the workloads, in the order in
// which they can be written.
func (m *Mesh) configs(n int) []client.Object {
	objects := []client.Object{namespace(n)}
	apps := share(m.size.Deployments, m.size.Namespaces, n).len()
	services := share(m.size.Services, m.size.Namespaces, n).len()
	for local := range services {
		objects = append(objects, service(namespaceName(n), local, apps))
	}
	if roleOf(n) == inIstio {
		objects = append(objects, peerAuthentication(namespaceName(n), false), sidecar(namespaceName(n)))
		if n%20 == 0 && services > 0 {
			objects = append(objects, gateway(namespaceName(n)), entry(namespaceName(n)))
		}
	}
	for a := range m.apps(n) {
		objects = append(objects, a.configs()...)
	}
	return objects
}

// configs makes what configures the mesh for one application.
func (a *app) configs() []client.Object {
	switch {
	case a.service == "":
		return nil
	case a.role == inIstio:
		return []client.Object{a.virtualService(false), a.destinationRule(false), a.authorizationPolicy()}
	case a.role == inAppMesh:
		return []client.Object{a.virtualNode(), a.virtualRouter(), a.appMeshService()}
	}
	return nil
}

const injectionLabel = "istio-injection"

// namespaceLabels are those of a namespace by its role.
func namespaceLabels(n int) map[string]string {
	switch roleOf(n) {
	case inIstio:
		return map[string]string{"team": "one", injectionLabel: "enabled"}
	case inAppMesh:
		return map[string]string{"team": "one", "mesh": appMeshName, "appmesh.k8s.aws/sidecarInjectorWebhook": "enabled"}
	case inNone:
	}
	return map[string]string{"team": "one"}
}

func namespace(n int) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespaceName(n), Labels: namespaceLabels(n)}}
}

const servicePort = 80

// service leads to one of the namespace's applications, the first ones in turn.
func service(namespace string, local, apps int) *corev1.Service {
	s := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: serviceName(local)},
		Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{
			Name: "http", Port: servicePort, TargetPort: intstr.FromInt32(appPort),
		}}},
	}
	if apps > 0 {
		a := app{name: appName(local % apps)}
		s.Spec.Selector = a.selector()
	}
	return s
}
