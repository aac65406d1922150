package mesh_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

const policies = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {kubernetes.io/metadata.name: shop, team: a}}
---
apiVersion: v1
kind: Namespace
metadata: {name: edge, labels: {kubernetes.io/metadata.name: edge, team: b}}
---
apiVersion: v1
kind: Namespace
metadata: {name: file}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: cart, image: example/cart, ports: [{name: web, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: free, namespace: shop, labels: {app: free}}
spec: {containers: [{name: free, image: example/free}]}
---
apiVersion: v1
kind: Pod
metadata: {name: edge, namespace: edge, labels: {app: edge}}
spec: {containers: [{name: edge, image: example/edge}]}
---
apiVersion: v1
kind: Pod
metadata: {name: node, namespace: edge, labels: {app: node}}
spec: {hostNetwork: true, containers: [{name: node, image: example/node}]}
---
apiVersion: v1
kind: Pod
metadata: {name: known, namespace: file, labels: {app: known}}
spec: {containers: [{name: known, image: example/known}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress: [%s]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: leaving, namespace: shop, deletionTimestamp: "2026-01-01T00:00:00Z"}
spec: {podSelector: {}}
`

func TestReaches(t *testing.T) {
	for name, test := range map[string]struct {
		rule, namespace, from string
		port                  int32
		want                  mesh.Answer
	}{
		"no rule":                      {"", "edge", "edge", 8080, mesh.No},
		"everybody":                    {"{}", "edge", "edge", 8080, mesh.Yes},
		"port":                         {"{ports: [{port: 8080}]}", "edge", "edge", 8080, mesh.Yes},
		"other port":                   {"{ports: [{port: 8081}]}", "edge", "edge", 8080, mesh.No},
		"UDP":                          {"{ports: [{port: 8080, protocol: UDP}]}", "edge", "edge", 8080, mesh.No},
		"protocol alone":               {"{ports: [{protocol: TCP}]}", "edge", "edge", 8080, mesh.Yes},
		"range":                        {"{ports: [{port: 8000, endPort: 8080}]}", "edge", "edge", 8080, mesh.Yes},
		"below the range":              {"{ports: [{port: 8000, endPort: 8079}]}", "edge", "edge", 8080, mesh.No},
		"named port":                   {"{ports: [{port: web}]}", "edge", "edge", 8080, mesh.Yes},
		"other named port":             {"{ports: [{port: admin}]}", "edge", "edge", 8080, mesh.No},
		"Pods of the own namespace":    {"{from: [{podSelector: {}}]}", "edge", "edge", 8080, mesh.No},
		"from the own namespace":       {"{from: [{podSelector: {matchLabels: {app: free}}}]}", "shop", "free", 8080, mesh.Yes},
		"namespace by name":            {"{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}]}", "edge", "edge", 8080, mesh.Yes},
		"namespace by label":           {"{from: [{namespaceSelector: {matchLabels: {team: b}}}]}", "edge", "edge", 8080, mesh.Yes},
		"other namespace":              {"{from: [{namespaceSelector: {matchLabels: {team: a}}}]}", "edge", "edge", 8080, mesh.No},
		"all namespaces":               {"{from: [{namespaceSelector: {}}]}", "edge", "edge", 8080, mesh.Yes},
		"Pods of a namespace":          {"{from: [{namespaceSelector: {matchLabels: {team: b}}, podSelector: {matchLabels: {app: x}}}]}", "edge", "edge", 8080, mesh.No},
		"second peer":                  {"{from: [{podSelector: {}}, {namespaceSelector: {}}]}", "edge", "edge", 8080, mesh.Yes},
		"address":                      {"{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}", "edge", "edge", 8080, mesh.Maybe},
		"address on another port":      {"{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 1}]}", "edge", "edge", 8080, mesh.No},
		"address beside a rule":        {"{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}, {}", "edge", "edge", 8080, mesh.Yes},
		"from the node":                {"", "edge", "node", 8080, mesh.Maybe},
		"namespace of a file":          {"{from: [{namespaceSelector: {matchLabels: {team: b}}}]}", "file", "known", 8080, mesh.Maybe},
		"namespace of a file, by name": {"{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]}", "file", "known", 8080, mesh.No},
	} {
		t.Run(name, func(t *testing.T) {
			s := fromManifests(t, fmt.Sprintf(policies, test.rule))
			from := templateOf(t, s, "Pod", test.namespace, test.from)
			to := templateOf(t, s, "Pod", "shop", "cart")
			got, barrier := mesh.Reaches(s, from, to, test.port)
			if got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
			if got == mesh.No && (len(barrier.Policies) != 1 || barrier.Policies[0].Name != "cart" || barrier.Egress()) {
				t.Errorf("barrier %v", barrier)
			}
			if got, _ := mesh.Reaches(s, from, templateOf(t, s, "Pod", "shop", "free"), 1); got == mesh.No {
				t.Error("an open Pod is not reached")
			}
		})
	}
}

// templateOf is the template of a Pod or controller.
func templateOf(t *testing.T, s *inventory.Store, kind inventory.Kind, namespace, name string) *mesh.Template {
	t.Helper()
	w, ok := kinds.ResolveWorkload(s, inventory.Ref{Kind: kind, Namespace: namespace, Name: name})
	if !ok {
		t.Fatalf("no %s %s/%s", kind, namespace, name)
	}
	out := mesh.OfWorkload(w)
	return &out
}

func answer(yes bool) mesh.Answer {
	if yes {
		return mesh.Yes
	}
	return mesh.No
}

// small is a world of few labels, in which things often coincide.
type small struct{ *rand.Rand }

func pick[T any](r small, list ...T) T { return list[r.IntN(len(list))] }

func (r small) labels(keys ...string) map[string]string {
	out := map[string]string{}
	for _, k := range keys {
		if r.IntN(3) > 0 {
			out[k] = pick(r, "a", "b")
		}
	}
	return out
}

func (r small) selector(keys ...string) *metav1.LabelSelector {
	out := &metav1.LabelSelector{MatchLabels: map[string]string{}}
	if r.IntN(2) == 0 {
		out.MatchLabels[pick(r, keys...)] = pick(r, "a", "b")
	}
	if r.IntN(2) == 0 {
		e := metav1.LabelSelectorRequirement{Key: pick(r, keys...), Operator: pick(r,
			metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn, metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist)}
		if e.Operator == metav1.LabelSelectorOpIn || e.Operator == metav1.LabelSelectorOpNotIn {
			e.Values = pick(r, []string{"a"}, []string{"b"}, []string{"a", "b"})
		}
		out.MatchExpressions = append(out.MatchExpressions, e)
	}
	return out
}

// podKeys has one label that only a running Pod has.
var podKeys = []string{"app", "tier", "pod-template-hash"}

func (r small) peers() (out []networkingv1.NetworkPolicyPeer) {
	for range r.IntN(3) {
		p := networkingv1.NetworkPolicyPeer{PodSelector: r.selector(podKeys...)}
		switch r.IntN(3) {
		case 0:
			p.NamespaceSelector = r.selector("team", corev1.LabelMetadataName)
		case 1:
			p.PodSelector, p.NamespaceSelector = nil, r.selector("team")
		}
		out = append(out, p)
	}
	return out
}

func (r small) ports() (out []networkingv1.NetworkPolicyPort) {
	for range r.IntN(3) {
		port, end := intstr.FromInt32(int32(1+r.IntN(3))), int32(3)
		p := networkingv1.NetworkPolicyPort{Port: &port}
		switch r.IntN(4) {
		case 0:
			p.EndPort = &end
		case 1:
			named := intstr.FromString(pick(r, "one", "two"))
			p.Port = &named
		case 2:
			p.Protocol = pick(r, nil, new(corev1.ProtocolTCP), new(corev1.ProtocolUDP))
		}
		out = append(out, p)
	}
	return out
}

func (r small) policy(namespace, name string) *kinds.NetworkPolicy {
	spec := &networkingv1.NetworkPolicySpec{PodSelector: *r.selector(podKeys...)}
	spec.PolicyTypes = pick(r, nil,
		[]networkingv1.PolicyType{networkingv1.PolicyTypeEgress}, []networkingv1.PolicyType{networkingv1.PolicyTypeIngress})
	for range r.IntN(3) {
		spec.Ingress = append(spec.Ingress, networkingv1.NetworkPolicyIngressRule{From: r.peers(), Ports: r.ports()})
	}
	for range r.IntN(3) {
		spec.Egress = append(spec.Egress, networkingv1.NetworkPolicyEgressRule{To: r.peers(), Ports: r.ports()})
	}
	return &kinds.NetworkPolicy{Meta: kinds.Meta{Namespace: namespace, Name: name}, Spec: spec}
}

func (r small) pod(namespace string) *mesh.Template {
	return &mesh.Template{
		Ref: kinds.Pods.Ref(namespace, "p"), Labels: r.labels(podKeys...), Live: true,
		Spec: &kinds.PodSpec{Containers: []kinds.Container{{Ports: []kinds.Port{
			{Name: "one", Number: 1, Protocol: corev1.ProtocolTCP}, {Name: "two", Number: 2, Protocol: corev1.ProtocolUDP},
		}}}},
	}
}

// world is what the naive version knows: everything.
type world struct {
	policies   []*kinds.NetworkPolicy
	namespaces map[string]map[string]string
}

func (w *world) store() *inventory.Store {
	s := inventory.New(kinds.Schema())
	for name, l := range w.namespaces {
		s.Apply(&inventory.Object{Ref: kinds.Namespaces.Ref("", name), Value: &kinds.Namespace{Meta: kinds.Meta{Name: name, Labels: l}}})
	}
	for _, p := range w.policies {
		s.Apply(&inventory.Object{Ref: kinds.NetworkPolicies.Ref(p.Namespace, p.Name), Value: p})
	}
	return s
}

// naive goes through all policies of the cluster, as the API's documentation
// puts it.
func (w *world) naive(from, to *mesh.Template, port int32) bool {
	is := func(s *metav1.LabelSelector, have map[string]string) bool {
		selector, err := metav1.LabelSelectorAsSelector(s)
		if err != nil {
			panic(err)
		}
		return selector.Matches(labels.Set(have))
	}
	peer := func(home string, list []networkingv1.NetworkPolicyPeer, pod *mesh.Template) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(p networkingv1.NetworkPolicyPeer) bool {
			there := pod.Ref.Namespace == home
			if p.NamespaceSelector != nil {
				there = is(p.NamespaceSelector, w.namespaces[pod.Ref.Namespace])
			}
			return there && (p.PodSelector == nil || is(p.PodSelector, pod.Labels))
		})
	}
	covered := func(list []networkingv1.NetworkPolicyPort) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(p networkingv1.NetworkPolicyPort) bool {
			if p.Protocol != nil && *p.Protocol == corev1.ProtocolUDP {
				return false
			}
			if p.Port.Type == intstr.String {
				return p.Port.StrVal == "one" && port == 1 // two is UDP
			}
			return p.Port.IntVal == port || p.EndPort != nil && p.Port.IntVal < port && port <= *p.EndPort
		})
	}
	isolated, allowed := map[networkingv1.PolicyType]bool{}, map[networkingv1.PolicyType]bool{}
	for _, p := range w.policies {
		in := len(p.Spec.PolicyTypes) == 0 || p.Spec.PolicyTypes[0] == networkingv1.PolicyTypeIngress
		out := len(p.Spec.PolicyTypes) == 0 && len(p.Spec.Egress) > 0 ||
			len(p.Spec.PolicyTypes) > 0 && p.Spec.PolicyTypes[0] == networkingv1.PolicyTypeEgress
		if in && p.Namespace == to.Ref.Namespace && is(&p.Spec.PodSelector, to.Labels) {
			isolated["in"] = true
			for _, rule := range p.Spec.Ingress {
				allowed["in"] = allowed["in"] || peer(p.Namespace, rule.From, from) && covered(rule.Ports)
			}
		}
		if out && p.Namespace == from.Ref.Namespace && is(&p.Spec.PodSelector, from.Labels) {
			isolated["out"] = true
			for _, rule := range p.Spec.Egress {
				allowed["out"] = allowed["out"] || peer(p.Namespace, rule.To, to) && covered(rule.Ports)
			}
		}
	}
	return (!isolated["in"] || allowed["in"]) && (!isolated["out"] || allowed["out"])
}

func (r small) world() *world {
	w := &world{namespaces: map[string]map[string]string{}}
	for _, ns := range []string{"a", "b"} {
		w.namespaces[ns] = r.labels("team")
		w.namespaces[ns][corev1.LabelMetadataName] = ns
		for i := range r.IntN(4) {
			w.policies = append(w.policies, r.policy(ns, fmt.Sprint(i)))
		}
	}
	return w
}

// Where everything is known, the answer is that of the naive version.
func TestReachesAsNaive(t *testing.T) {
	counts := map[mesh.Answer]int{}
	for seed := range uint64(5000) {
		r := small{rand.New(rand.NewPCG(seed, 0))}
		w := r.world()
		from, to, port := r.pod(pick(r, "a", "b")), r.pod(pick(r, "a", "b")), int32(1+r.IntN(3))
		got, barrier := mesh.Reaches(w.store(), from, to, port)
		if want := answer(w.naive(from, to, port)); got != want {
			t.Fatalf("seed %d: got %d, want %d", seed, got, want)
		}
		if got == mesh.No && len(barrier.Policies) == 0 {
			t.Fatalf("seed %d: blocked by nothing", seed)
		}
		counts[got]++
	}
	if counts[mesh.Yes] < 500 || counts[mesh.No] < 500 {
		t.Errorf("answers %v: the world is too simple", counts)
	}
}

// Where labels are unknown, a certain answer holds whatever they turn out to
// be.
func TestReachesIsSound(t *testing.T) {
	uncertain := 0
	for seed := range uint64(3000) {
		r := small{rand.New(rand.NewPCG(seed, 1))}
		w := r.world()
		from, to, port := r.pod("a"), r.pod(pick(r, "a", "b")), int32(1+r.IntN(3))
		delete(from.Labels, "pod-template-hash")
		from.Live = false
		got, _ := mesh.Reaches(w.store(), from, to, port)
		if got == mesh.Maybe {
			uncertain++
			continue
		}
		for _, hash := range []string{"", "a", "b", "c"} {
			if from.Labels["pod-template-hash"] = hash; hash == "" {
				delete(from.Labels, "pod-template-hash")
			}
			if want := answer(w.naive(from, to, port)); got != want {
				t.Fatalf("seed %d: certain of %d, and it is %d with the hash %q", seed, got, want, hash)
			}
		}
	}
	if uncertain == 0 {
		t.Error("nothing was uncertain")
	}
}
