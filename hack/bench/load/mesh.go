package load

import (
	"fmt"
	"iter"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Mesh describes a synthetic mesh. It also knows how far [Mesh.Churn] has
// taken it, so one call of Fill or Churn must be over before the next one.
type Mesh struct {
	size     Size
	mistakes map[int]mistake // by application, few
	states   []state         // by application
}

// state is what changes of an application.
type state struct {
	deployment, current types.UID // of the Deployment and its current ReplicaSet; empty before Fill
	revision            int       // of the current ReplicaSet; the one before is there, scaled to 0
	restarts            []int     // of each Pod in this revision; nil if there were none
}

func (s *state) restartsOf(slot int) int {
	if s.restarts == nil {
		return 0
	}
	return s.restarts[slot]
}

// New describes the mesh of a size. The seed decides which applications have
// which mistakes.
func New(size Size, seed uint64) *Mesh {
	m := &Mesh{size: size, states: make([]state, size.Deployments)}
	for i := range m.states {
		m.states[i].revision = firstRevision
	}
	m.mistakes = m.draw(seed)
	return m
}

// role is what a namespace is for.
type role int

const (
	inIstio role = iota
	inAppMesh
	inNone
)

func roleOf(namespace int) role {
	switch namespace % 10 {
	case 1:
		return inNone
	case 3:
		return inAppMesh
	}
	return inIstio
}

func appName(local int) string { return fmt.Sprintf("app-%d", local) }

func namespaceName(n int) string { return fmt.Sprintf("team-%04d", n) }

// app is an application: a Deployment and what belongs to it.
type app struct {
	namespace, name string
	number          int // among all
	role            role
	replicas        int
	service         string // that leads to it; "" if there is none
	mistake         mistake
}

// apps gives the applications of a namespace.
func (m *Mesh) apps(n int) iter.Seq[app] {
	return func(yield func(app) bool) {
		numbers := share(m.size.Deployments, m.size.Namespaces, n)
		for number := numbers.from; number < numbers.to; number++ {
			if !yield(m.app(n, number)) {
				return
			}
		}
	}
}

func (m *Mesh) app(n, number int) app {
	local := number - share(m.size.Deployments, m.size.Namespaces, n).from
	a := app{
		namespace: namespaceName(n), name: appName(local), number: number, role: roleOf(n),
		replicas: share(m.size.Pods, m.size.Deployments, number).len(), mistake: m.mistakes[number],
	}
	if local < share(m.size.Services, m.size.Namespaces, n).len() {
		a.service = serviceName(local)
	}
	return a
}

// all gives all applications.
func (m *Mesh) all() iter.Seq[app] {
	return func(yield func(app) bool) {
		for n := range m.size.Namespaces {
			for a := range m.apps(n) {
				if !yield(a) {
					return
				}
			}
		}
	}
}

// Counts is the number of objects of each kind, by "Kind.group"; the kinds of
// the core group have no dot. Churn does not change it. It makes the objects to
// count them, but not the Pods, so it takes a second for 100,000 Pods.
func (m *Mesh) Counts() map[string]int {
	counts := map[string]int{
		"Deployment.apps": m.size.Deployments, "ReplicaSet.apps": 2 * m.size.Deployments, "Pod": m.size.Pods,
	}
	add := func(objects []client.Object) {
		for _, o := range objects {
			counts[kindOf(o)]++
		}
	}
	add(installation())
	for n := range m.size.Namespaces {
		add(m.configs(n))
	}
	for n := range Probes {
		add(probe(n))
	}
	return counts
}
