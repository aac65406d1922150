package audit_test

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// labelled are the fields of an object that hold or select labels.
var labelled = [][]string{
	{"metadata", "labels"},
	{"metadata", "annotations"},
	{"spec", "selector"},
	{"spec", "selector", "matchLabels"},
	{"spec", "podSelector", "matchLabels"},
	{"spec", "template", "metadata", "labels"},
	{"spec", "template", "metadata", "annotations"},
}

// relabelled gives a document the labels that another has in one of its fields,
// or none.
func (a *author) relabelled(doc any) any {
	doc = clone(doc)
	var from, to []string
	for _, path := range labelled {
		if field(doc, path...) != nil {
			to = choose(a.Rand, to, path)
		}
	}
	if to == nil {
		to = labelled[a.IntN(2)]
	}
	from = choose(a.Rand, to, choose(a.Rand, labelled...))
	other := field(choose(a.Rand, a.pristine...), from...)
	if parent, ok := field(doc, to[:len(to)-1]...).(map[string]any); ok {
		parent[to[len(to)-1]] = clone(other)
	}
	return doc
}

// grafted puts into one of its fields what the same field of a document of the
// world holds, such as another host, port or mode; a name or namespace, too.
func (a *author) grafted(doc any) any {
	doc = clone(doc)
	at := choose(a.Rand, fieldsOf(doc)...)
	var like []leaf
	for range 4 {
		for _, other := range fieldsOf(choose(a.Rand, a.pristine...)) {
			if other.key == at.key {
				like = append(like, other)
			}
		}
	}
	if len(like) > 0 {
		at.set(clone(choose(a.Rand, like...).value))
	}
	return doc
}

// leaf is a place below a key.
type leaf struct {
	place
	key string
}

// fieldsOf lists the fields of all maps in a document, in a fixed order.
func fieldsOf(node any) []leaf {
	var out []leaf
	switch n := node.(type) {
	case []any:
		for _, v := range n {
			out = append(out, fieldsOf(v)...)
		}
	case map[string]any:
		for _, k := range sortedKeys(n) {
			out = append(out, leaf{place{n[k], func(x any) { n[k] = x }}, k})
			out = append(out, fieldsOf(n[k])...)
		}
	}
	return out
}

// spoilt puts something nasty, or the value of another node, somewhere into a
// document.
func (a *author) spoilt(doc any) any {
	docs := documents{clone(doc)}
	all := places(docs)[1:]
	if len(all) > 0 {
		at := choose(a.Rand, all...)
		at.set(change(at.value, all, byte(a.IntN(256))))
	}
	return docs[0]
}

// dated sets when a document was created, or asked to be deleted.
func (a *author) dated(doc any) any {
	doc = clone(doc)
	if meta, ok := field(doc, "metadata").(map[string]any); ok {
		key := choose(a.Rand, "creationTimestamp", "deletionTimestamp", "deletionTimestamp")
		at := a.now.Add(choose(a.Rand, -24*time.Hour, -4*time.Minute, 0, time.Minute, time.Hour))
		meta[key] = at.Format(time.RFC3339)
		if key == "deletionTimestamp" && meta["finalizers"] == nil {
			meta["finalizers"] = []any{choose(a.Rand, "finalizers.appmesh.k8s.aws/aws-resources", "example.com/hold")}
		}
	}
	return doc
}

// settings are those of a policy that checks read, or their deletion.
func (a *author) settings() edit {
	namespace := nameOf(choose(a.Rand, a.pristine...), "namespace")
	day := time.Date(2026, time.September, 1+a.IntN(90), 0, 0, 0, 0, time.UTC)
	yes := a.IntN(2) == 0
	o := choose(
		a.Rand,
		(&kinds.SensitiveSettings{Namespaces: []string{choose(a.Rand, namespace, "*", "istio-*")}}).Object(),
		(&kinds.SensitiveSettings{Ports: []int32{80, 443, 8080}, Paths: []string{"/"}}).Object(),
		(&kinds.SensitiveSettings{
			Labels: map[string]string{"app": "cart"}, NamespaceSelector: &metav1.LabelSelector{},
		}).Object(),
		kinds.DefaultSensitive().Object(),
		(&kinds.ThresholdSettings{GracePeriod: choose(a.Rand, 0, time.Minute, 24*time.Hour)}).Object(),
		(&kinds.MeshConfiguration{
			RootNamespace: choose(a.Rand, namespace, "istio-system"), RootGiven: yes, ChartGateways: a.IntN(2) == 0,
		}).Object(),
		(&kinds.MeshConfiguration{RootNamespace: "istio-system", RemoteClusters: &yes}).Object(),
		(&kinds.AppMeshConfiguration{EndOfSupport: day, Exclusive: yes}).Object(),
	)
	if a.IntN(4) == 0 {
		o = &inventory.Object{Ref: o.Ref}
	}
	return edit{put: o, manifest: "settings"}
}

// policy is what the ledger does with findings.
func (a *author) policy() *namedPolicy {
	return choose(
		a.Rand,
		&namedPolicy{"the default", findings.Policy{Profile: analysis.Recommended}},
		&namedPolicy{"strict", findings.Policy{Profile: analysis.Strict}},
		&namedPolicy{"lenient about routing", findings.Policy{Rules: []findings.Rule{
			{Pattern: "routing/*", Severity: analysis.Low}, {Pattern: "mtls/*", Disabled: true},
		}}},
		&namedPolicy{"about labelled namespaces", findings.Policy{
			OwnerLabel: "team", Audited: func(n findings.Namespace) bool { return len(n.Labels) > 0 },
		}},
		&namedPolicy{"about some namespaces", findings.Policy{
			Audited: func(n findings.Namespace) bool { return !slices.Contains([]string{"shop", "default"}, n.Name) },
		}},
	)
}
