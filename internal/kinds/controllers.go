package kinds

import (
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Controller is what checks see of a Deployment, StatefulSet, DaemonSet,
// ReplicaSet, Job or CronJob: the Pods that it would make.
type Controller struct {
	Meta
	// Replicas wanted; 1 where the kind has no such notion.
	Replicas int32
	// Ended: a Job that has run, with or without success, and makes no more Pods.
	Ended bool
	// Rolling is when a DaemonSet that exchanges its Pods last came forward with
	// it, as far as managedFields tell; zero while it exchanges none.
	Rolling  time.Time
	Template Template
}

// WithoutAnnotations is a copy that has none, nor its template.
func (c *Controller) WithoutAnnotations() *Controller {
	out := *c
	out.Annotations, out.annotations = nil, nil
	out.Template.Annotations, out.Template.annotations = nil, nil
	return &out
}

// Template is a controller's Pod template.
type Template struct {
	Labels      map[string]string
	Annotations map[string]string
	PodSpec

	labels, annotations *sharedMap // see [Meta.share]
}

// Controllers are the kinds that make Pods, with the indexes by which their
// objects are found.
type Controllers struct {
	Kind[Controller]
	// ByController finds those that another controller made, by [ControllerKey].
	ByController Index[Controller]
	// ByLabel finds them by a label of their template, by [LabelKey].
	ByLabel Index[Controller]
}

// The kinds that make Pods.
var (
	Deployments = controllers(Row{
		KindInfo: &inventory.KindInfo{Kind: "Deployment.apps"}, Plural: "deployments", Versions: []string{"v1"},
	}, func(d *appsv1.Deployment) *Controller {
		return newController(&d.ObjectMeta, d.Spec.Replicas, &d.Spec.Template)
	})
	StatefulSets = controllers(Row{
		KindInfo: &inventory.KindInfo{Kind: "StatefulSet.apps"}, Plural: "statefulsets", Versions: []string{"v1"},
	}, func(s *appsv1.StatefulSet) *Controller {
		return newController(&s.ObjectMeta, s.Spec.Replicas, &s.Spec.Template)
	})
	DaemonSets = controllers(Row{
		KindInfo: &inventory.KindInfo{Kind: "DaemonSet.apps"}, Plural: "daemonsets", Versions: []string{"v1"},
		Managed: true,
	}, func(d *appsv1.DaemonSet) *Controller {
		c := newController(&d.ObjectMeta, nil, &d.Spec.Template)
		if s := &d.Status; s.ObservedGeneration < d.Generation || s.UpdatedNumberScheduled < s.DesiredNumberScheduled {
			c.Rolling = lastManaged(&d.ObjectMeta)
		}
		return c
	})
	ReplicaSets = controllers(Row{
		KindInfo: &inventory.KindInfo{Kind: "ReplicaSet.apps"}, Plural: "replicasets", Versions: []string{"v1"},
	}, func(r *appsv1.ReplicaSet) *Controller {
		return newController(&r.ObjectMeta, r.Spec.Replicas, &r.Spec.Template)
	})
	Jobs = controllers(Row{
		KindInfo: &inventory.KindInfo{Kind: "Job.batch"}, Plural: "jobs", Versions: []string{"v1"},
	}, func(j *batchv1.Job) *Controller {
		c := newController(&j.ObjectMeta, nil, &j.Spec.Template)
		c.Ended = slices.ContainsFunc(j.Status.Conditions, ends)
		return c
	})
	CronJobs = controllers(Row{
		KindInfo: &inventory.KindInfo{Kind: "CronJob.batch"}, Plural: "cronjobs", Versions: []string{"v1"},
	}, func(c *batchv1.CronJob) *Controller {
		return newController(&c.ObjectMeta, nil, &c.Spec.JobTemplate.Spec.Template)
	})

	// ControllerKinds lists them all.
	ControllerKinds = []Controllers{Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, CronJobs}
)

func controllers[T any, P object[T]](row Row, project func(P) *Controller) Controllers {
	row.Namespaced = true
	row.Subjects = controllerSubjects
	return Controllers{
		ByController: index(row.KindInfo, "controller", func(c *Controller) []inventory.Key {
			return controllerKeys(&c.Meta)
		}),
		ByLabel: index(row.KindInfo, "label", func(c *Controller) []inventory.Key {
			if c.Controller != nil && passes(row.Kind) {
				return nil // its own controller has the template
			}
			return labelKeys(c.Namespace, c.Template.Labels)
		}),
		Kind: core(row, project),
	}
}

func ends(c batchv1.JobCondition) bool {
	return (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed) && c.Status == corev1.ConditionTrue
}

// passes tells whether the kind's objects are parts of their controller's
// workload. The others are a workload of their own even where an operator's
// custom resource controls them: each has a template of its own.
func passes(k inventory.Kind) bool { return k == "ReplicaSet.apps" || k == "Job.batch" }

// controllerSubjects: what a controller made is audited as part of that one.
func controllerSubjects(o *inventory.Object) []inventory.Ref {
	if c, ok := o.Value.(*Controller); ok && c.Controller != nil && passes(o.Ref.Kind) {
		return []inventory.Ref{{Kind: c.Controller.Kind, Namespace: c.Namespace, Name: c.Controller.Name}}
	}
	return []inventory.Ref{o.Ref}
}

func newController(m *metav1.ObjectMeta, replicas *int32, t *corev1.PodTemplateSpec) *Controller {
	c := &Controller{Meta: newMeta(m), Replicas: 1, Template: Template{PodSpec: *newPodSpec(&t.Spec)}}
	c.Template.Labels, c.Template.labels = sharedEntries(t.Labels)
	c.Template.Annotations, c.Template.annotations = sharedEntries(withoutNoise(t.Annotations))
	if replicas != nil {
		c.Replicas = *replicas
	}
	return c
}
