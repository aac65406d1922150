package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

const selectable = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: asleep, namespace: shop}
spec:
  replicas: 0
  template:
    metadata: {labels: {app: web, tier: front}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: going, namespace: shop, deletionTimestamp: "2026-03-01T00:00:00Z"}
spec:
  template:
    metadata: {labels: {app: web}}
---
# Of a Rollout, which is not read, by way of a ReplicaSet, which is.
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: rolled-1
  namespace: shop
  ownerReferences: [{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: rolled, controller: true}]
spec:
  template:
    metadata: {labels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata:
  name: rolled-1-x
  namespace: shop
  labels: {app: web}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: rolled-1, controller: true}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  template:
    metadata: {labels: {app: db}}
---
# A label that the template does not have.
apiVersion: v1
kind: Pod
metadata:
  name: db-0
  namespace: shop
  labels: {app: db, statefulset.kubernetes.io/pod-name: db-0}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, controller: true}]
---
apiVersion: v1
kind: Pod
metadata: {name: ended, namespace: shop, labels: {app: web}}
status: {phase: Succeeded}
---
apiVersion: v1
kind: Pod
metadata: {name: alone, namespace: tools, labels: {app: web}}
`

func TestTemplates(t *testing.T) {
	s := fromManifests(t, selectable)
	for _, tt := range []struct {
		namespace string
		selector  map[string]string
		want      []string
	}{
		{"shop", map[string]string{"app": "web"}, []string{"Deployment shop/asleep", "CronJob shop/nightly", "Pod shop/rolled-1-x"}},
		{"shop", map[string]string{"app": "web", "tier": "front"}, []string{"Deployment shop/asleep"}},
		{"", map[string]string{"app": "web", "tier": "back"}, nil},
		{"tools", map[string]string{"app": "web"}, []string{"Pod tools/alone"}},
		{"shop", map[string]string{"app": "db"}, []string{"StatefulSet shop/db"}},
		{"shop", map[string]string{"statefulset.kubernetes.io/pod-name": "db-0"}, []string{"Pod shop/db-0"}},
		{"tools", nil, []string{"Pod tools/alone"}},
		{"empty", nil, nil},
	} {
		var got []string
		for x := range mesh.Templates(s, tt.namespace, tt.selector) {
			got = append(got, x.Ref.String())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q %v: %v, want %v", tt.namespace, tt.selector, got, tt.want)
		}
		if mesh.SelectsWorkload(s, tt.namespace, tt.selector) != (len(tt.want) > 0) {
			t.Errorf("%q %v: SelectsWorkload differs", tt.namespace, tt.selector)
		}
	}
}

func TestSelectsEntry(t *testing.T) {
	s := fromManifests(t, `
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm, namespace: shop, labels: {app: vm, zone: a}}
spec: {address: 10.0.0.9, labels: {zone: b}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vms, namespace: shop}
spec:
  metadata: {labels: {app: fleet}}
  template: {labels: {tier: back}}
`)
	for _, tt := range []struct {
		selector map[string]string
		want     bool
	}{
		{map[string]string{"app": "vm"}, true},
		{map[string]string{"app": "vm", "zone": "a"}, true},
		{map[string]string{"app": "vm", "zone": "b"}, false}, // the metadata wins
		{map[string]string{"app": "fleet", "tier": "back"}, true},
		{map[string]string{"app": "none"}, false},
	} {
		if got := mesh.SelectsEntry(s, "shop", tt.selector); got != tt.want {
			t.Errorf("%v: %v", tt.selector, got)
		}
	}
}

// TestTemplatesNaively compares with a look at every object.
func TestTemplatesNaively(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		objects := randomWorkloads(r)
		s := withObjects(objects...)
		for range 10 {
			selector, namespace := randomLabels(r, 2), []string{"", "a", "b"}[r.IntN(3)]
			var got []string
			for x := range mesh.Templates(s, namespace, selector) {
				got = append(got, x.Ref.String())
			}
			slices.Sort(got)
			if want := naiveTemplates(objects, namespace, selector); !slices.Equal(got, want) {
				t.Fatalf("seed %d, %q %v: %v, want %v", seed, namespace, selector, got, want)
			}
		}
	}
}

func naiveTemplates(objects []*inventory.Object, namespace string, selector map[string]string) []string {
	var out []string
	chosen := func(ref inventory.Ref, labels map[string]string) bool {
		return (namespace == "" || ref.Namespace == namespace) && kinds.Selects(selector, labels)
	}
	made := map[string]bool{} // controllers that are listed themselves
	for _, o := range objects {
		if c, ok := o.Value.(*kinds.Controller); ok && c.Controller == nil && chosen(o.Ref, c.Template.Labels) {
			out = append(out, o.Ref.String())
			made[kinds.RefKey(o.Ref)] = true
		}
	}
	for _, o := range objects {
		p, ok := o.Value.(*kinds.Pod)
		if ok && p.Live() && chosen(o.Ref, p.Labels) && !made[naiveRoot(objects, p)] {
			out = append(out, o.Ref.String())
		}
	}
	slices.Sort(out)
	return out
}

func naiveRoot(objects []*inventory.Object, p *kinds.Pod) string {
	owner := p.Controller
	for owner != nil {
		key := kinds.RefKey(inventory.Ref{Kind: owner.Kind, Namespace: p.Namespace, Name: owner.Name})
		i := slices.IndexFunc(objects, func(o *inventory.Object) bool { return kinds.RefKey(o.Ref) == key })
		if i < 0 {
			return ""
		}
		c := objects[i].Value.(*kinds.Controller)
		if c.Controller == nil {
			return key
		}
		owner = c.Controller
	}
	return ""
}

func randomLabels(r *rand.Rand, most int) map[string]string {
	labels := map[string]string{}
	for range r.IntN(most + 1) {
		labels[[]string{"app", "tier"}[r.IntN(2)]] = []string{"x", "y"}[r.IntN(2)]
	}
	return labels
}

// randomWorkloads makes Deployments with ReplicaSets, some of which lack their
// Deployment, and Pods of all of these, of unknown makers and of none.
func randomWorkloads(r *rand.Rand) []*inventory.Object {
	var out []*inventory.Object
	var owners []*kinds.Owner
	for i := range 6 {
		ns, name := []string{"a", "b"}[i%2], fmt.Sprintf("w%d", i)
		labels := randomLabels(r, 3)
		root := &kinds.Controller{Meta: kinds.Meta{Namespace: ns, Name: name}}
		root.Template.Labels = labels
		if r.IntN(3) > 0 {
			out = append(out, &inventory.Object{Ref: kinds.Deployments.Ref(ns, name), Value: root})
		}
		set := &kinds.Controller{Meta: kinds.Meta{
			Namespace: ns, Name: name, Controller: &kinds.Owner{Kind: kinds.Deployments.Name, Name: name},
		}}
		set.Template.Labels = labels
		out = append(out, &inventory.Object{Ref: kinds.ReplicaSets.Ref(ns, name), Value: set})
		owners = append(owners, &kinds.Owner{Kind: kinds.ReplicaSets.Name, Name: name})
	}
	owners = append(owners, nil, &kinds.Owner{Kind: "Rollout.argoproj.io", Name: "r"})
	for i := range 12 {
		ns, name := []string{"a", "b"}[i%2], fmt.Sprintf("p%d", i)
		phase := []corev1.PodPhase{corev1.PodRunning, corev1.PodRunning, corev1.PodFailed}[r.IntN(3)]
		meta := kinds.Meta{Namespace: ns, Name: name, Labels: randomLabels(r, 3), Controller: owners[r.IntN(len(owners))]}
		out = append(out, &inventory.Object{Ref: kinds.Pods.Ref(ns, name), Value: &kinds.Pod{Meta: meta, PodSpec: &kinds.PodSpec{}, Phase: phase}})
	}
	return out
}
