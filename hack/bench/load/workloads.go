package load

import (
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

const revisionAnnotation = "deployment.kubernetes.io/revision"

// deployment is the application's Deployment in a revision.
func (a *app) deployment(revision int) *appsv1.Deployment {
	d := &appsv1.Deployment{ObjectMeta: a.meta(a.name), Spec: appsv1.DeploymentSpec{
		Replicas: new(int32(a.replicas)), RevisionHistoryLimit: new(int32(1)),
		Selector: &metav1.LabelSelector{MatchLabels: a.selector()}, Template: a.template(),
	}}
	d.Annotations = map[string]string{revisionAnnotation: strconv.Itoa(revision)}
	return d
}

// replicaSet is that of a revision, as the Deployment's controller makes it.
func (a *app) replicaSet(revision, replicas int, owner types.UID) *appsv1.ReplicaSet {
	labels := a.podLabels(revision)
	s := &appsv1.ReplicaSet{ObjectMeta: a.meta(a.setName(revision)), Spec: appsv1.ReplicaSetSpec{
		Replicas: new(int32(replicas)),
		Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: a.template(),
	}}
	s.Labels, s.Spec.Template.Labels = labels, labels
	s.Annotations = map[string]string{revisionAnnotation: strconv.Itoa(revision)}
	s.OwnerReferences = owned(appsv1.SchemeGroupVersion.WithKind("Deployment"), a.name, owner)
	return s
}

func owned(kind schema.GroupVersionKind, name string, uid types.UID) []metav1.OwnerReference {
	owner := &metav1.ObjectMeta{Name: name, UID: uid}
	return []metav1.OwnerReference{*metav1.NewControllerRef(owner, kind)}
}

func (a *app) podLabels(revision int) map[string]string {
	return map[string]string{"app": a.name, "version": "v1", "pod-template-hash": a.templateHash(revision)}
}

func (a *app) template() corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": a.name, "version": "v1"}},
		Spec:       a.podSpec(),
	}
}

// pod is the one in a slot of a state's current ReplicaSet, as the injector of
// the namespace leaves it.
func (a *app) pod(s *state, slot int) *corev1.Pod {
	set := a.setName(s.revision)
	p := &corev1.Pod{ObjectMeta: a.meta(a.podName(set, slot, s.restartsOf(slot))), Spec: a.podSpec()}
	p.Labels = a.podLabels(s.revision)
	p.OwnerReferences = owned(appsv1.SchemeGroupVersion.WithKind("ReplicaSet"), set, s.current)
	p.Spec.NodeName = "node-" + strconv.Itoa((a.number*31+slot)%1000)
	switch a.role {
	case inIstio:
		a.injectIstio(p)
	case inAppMesh:
		a.injectAppMesh(p)
	case inNone:
	}
	return p
}
