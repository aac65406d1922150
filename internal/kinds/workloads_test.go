package kinds

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// world is a store of Pods and controllers, each "Kind.group name uid
// ownerKind.group ownerName ownerUID", where - leaves out.
func world(t *testing.T, objects ...string) *inventory.Store {
	t.Helper()
	s := inventory.New(Schema())
	for _, line := range objects {
		f := append(strings.Fields(line), "-", "-", "-", "-")
		kind := inventory.Kind(f[0])
		m := Meta{Namespace: "shop", Name: f[1], UID: strings.Trim(f[2], "-")}
		if f[3] != "-" {
			m.Controller = &Owner{Kind: inventory.Kind(f[3]), Name: f[4], UID: strings.Trim(f[5], "-")}
		}
		o := &inventory.Object{Ref: inventory.Ref{Kind: kind, Namespace: "shop", Name: f[1]}}
		if kind == Pods.Name {
			o.Value = &Pod{Meta: m, PodSpec: &PodSpec{}, Phase: "Running"}
			m.Labels = map[string]string{"pod": f[1]}
			o.Value.(*Pod).Meta = m
		} else {
			o.Value = &Controller{Meta: m, Replicas: 1, Template: Template{Labels: map[string]string{"template": f[1]}}}
		}
		s.Apply(o)
	}
	return s
}

func TestWorkloads(t *testing.T) {
	tests := []struct {
		name    string
		objects []string
		ref     string // kind/name
		want    string // "no", or labels and Pods
	}{
		{"through a ReplicaSet", []string{
			"Deployment.apps web d1", "ReplicaSet.apps web-1 r1 Deployment.apps web d1",
			"Pod a - ReplicaSet.apps web-1 r1", "Pod b - ReplicaSet.apps web-1 r1", "Pod c - ReplicaSet.apps other r9",
		}, "Deployment.apps/web", "map[template:web] a b"},
		{"what is owned is no root", []string{
			"Deployment.apps web d1", "ReplicaSet.apps web-1 r1 Deployment.apps web d1",
		}, "ReplicaSet.apps/web-1", "no"},
		{"what is owned by something gone is no root", []string{
			"ReplicaSet.apps web-1 r1 Deployment.apps web d1",
		}, "ReplicaSet.apps/web-1", "no"},
		{"an owned Pod is no root", []string{"Pod a - ReplicaSet.apps web-1 r1"}, "Pod/a", "no"},
		{"without Pods", []string{"StatefulSet.apps db s1"}, "StatefulSet.apps/db", "map[template:db]"},
		{"direct Pods", []string{"StatefulSet.apps db s1", "Pod db-0 - StatefulSet.apps db s1"}, "StatefulSet.apps/db", "map[template:db] db-0"},
		{"through a Job", []string{
			"CronJob.batch n c1", "Job.batch n-1 j1 CronJob.batch n c1", "Pod a - Job.batch n-1 j1",
		}, "CronJob.batch/n", "map[template:n] a"},
		{"unread kind", []string{
			"ReplicaSet.apps ro-1 r1 Rollout.argoproj.io ro x1", "Pod a - ReplicaSet.apps ro-1 r1",
		}, "Rollout.argoproj.io/ro", "map[template:ro-1] a"},
		{"unread kind with Pods of its own", []string{"Pod a - Runner.example.com r x1"}, "Runner.example.com/r", "map[pod:a] a"},
		{"unread kind over two levels", []string{
			"Deployment.apps web d1 Shop.example.com s x1", "ReplicaSet.apps web-1 r1 Deployment.apps web d1", "Pod a - ReplicaSet.apps web-1 r1",
		}, "Shop.example.com/s", "map[template:web] a"},
		{"missing ReplicaSet", []string{"Pod a - ReplicaSet.apps gone r1"}, "ReplicaSet.apps/gone", "map[pod:a] a"},
		{"missing Deployment", []string{
			"ReplicaSet.apps web-1 r1 Deployment.apps web d1", "Pod a - ReplicaSet.apps web-1 r1",
		}, "Deployment.apps/web", "map[template:web-1] a"},
		{"named by nobody", nil, "Rollout.argoproj.io/ro", "no"},
		{"gone", nil, "Deployment.apps/web", "no"},
		{"another object of that name", []string{
			"Deployment.apps web d2", "ReplicaSet.apps web-1 r1 Deployment.apps web d1", "Pod a - ReplicaSet.apps web-1 r1",
		}, "Deployment.apps/web", "map[template:web]"},
		{"a Pod of another object of that name", []string{
			"StatefulSet.apps db s2", "Pod db-0 - StatefulSet.apps db s1", "Pod db-1 - StatefulSet.apps db s2",
		}, "StatefulSet.apps/db", "map[template:db] db-1"},
		{"files give no UID", []string{"StatefulSet.apps db", "Pod db-0 - StatefulSet.apps db s1"}, "StatefulSet.apps/db", "map[template:db] db-0"},
		{"lone Pod", []string{"Pod a"}, "Pod/a", "map[pod:a] a"},
		{"no Pod", nil, "Pod/a", "no"},
		{"static Pods", []string{"Pod etcd - Node node-1 n1"}, "Node/node-1", "map[pod:etcd] etcd"},
		{"no workload", []string{"Pod a"}, "Service/a", "no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := world(t, tt.objects...)
			kind, name, _ := strings.Cut(tt.ref, "/")
			got := describe(s, inventory.Ref{Kind: inventory.Kind(kind), Namespace: "shop", Name: name})
			if got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func describe(s *inventory.Store, ref inventory.Ref) string {
	w, ok := ResolveWorkload(s, ref)
	if !ok {
		return "no"
	}
	out := []string{fmt.Sprint(w.Labels())}
	for p := range w.Pods(s) {
		out = append(out, p.Name)
	}
	for range w.Pods(s) { // may be stopped
		break
	}
	_, _, _ = w.Spec().ServiceAccount, w.Annotations(), w.Created()
	return strings.Join(out, " ")
}

// TestSubjectsAreRoots: what Pods and controllers propose as subjects leads to
// the one root of each chain.
func TestSubjectsAreRoots(t *testing.T) {
	s := world(t, "Deployment.apps web d1", "ReplicaSet.apps web-1 r1 Deployment.apps web d1",
		"Pod a - ReplicaSet.apps web-1 r1", "Pod lone", "Pod b - Runner.example.com r x1")
	roots := map[string]bool{}
	for _, k := range []inventory.Kind{Deployments.Name, ReplicaSets.Name, Pods.Name} {
		info, _ := Schema().Lookup(k)
		for _, o := range s.Read(inventory.Bucket{Index: info.All}) {
			for _, ref := range info.Subjects(o) {
				if IsWorkload(s, ref) {
					roots[ref.String()] = true
				}
			}
		}
	}
	for _, want := range []string{"Deployment shop/web", "Pod shop/lone", "Runner shop/r"} {
		if !roots[want] {
			t.Errorf("%s is no root", want)
		}
		delete(roots, want)
	}
	if len(roots) > 0 {
		t.Errorf("roots %v", roots)
	}
}

func TestDeadPodsDoNotCount(t *testing.T) {
	s := world(t, "StatefulSet.apps db s1", "Pod db-0 - StatefulSet.apps db s1")
	s.Apply(&inventory.Object{Ref: Pods.Ref("shop", "db-1"), Value: &Pod{
		Meta:    Meta{Namespace: "shop", Name: "db-1", Controller: &Owner{Kind: StatefulSets.Name, Name: "db"}},
		PodSpec: &PodSpec{}, Phase: "Failed",
	}})
	w, _ := ResolveWorkload(s, StatefulSets.Ref("shop", "db"))
	if pods := slices.Collect(w.Pods(s)); len(pods) != 1 {
		t.Errorf("%d Pods", len(pods))
	}
}
