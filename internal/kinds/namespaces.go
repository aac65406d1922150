package kinds

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"istio.io/api/label"
	corev1 "k8s.io/api/core/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Namespace is what checks see of a Namespace.
type Namespace struct {
	Meta
	// Terminating: the namespace is being deleted, nothing can be made in it.
	Terminating bool
	// ModeWritten is when its label istio.io/dataplane-mode was written at the
	// latest, as far as managedFields tell; zero if they do not.
	ModeWritten time.Time
}

// ServiceAccount is what checks see of a ServiceAccount.
type ServiceAccount struct {
	Meta
	PullSecrets []string
}

// Node is what checks see of a Node. Its annotations, which agents rewrite, are
// left out.
type Node struct {
	Meta
	KubeletVersion string // "v1.34.1"
	Tainted        bool   // cordoned, or a taint keeps Pods away that do not tolerate it
}

// Minor is the minor version of the kubelet, 34 of "v1.34.1"; false if it is
// not told, or its major version is not 1.
func (n *Node) Minor() (int, bool) {
	parts := strings.SplitN(strings.TrimPrefix(n.KubeletVersion, "v"), ".", 3)
	if len(parts) < 2 || parts[0] != "1" {
		return 0, false
	}
	minor, err := strconv.Atoi(parts[1])
	return minor, err == nil
}

var namespaceInfo = &inventory.KindInfo{Kind: "Namespace"}

var (
	// NamespacesByLabel finds Namespaces by [LabelKey], everywhere.
	NamespacesByLabel = index(namespaceInfo, "label", func(n *Namespace) []inventory.Key {
		values := make([]string, 0, len(n.Labels))
		for k, v := range n.Labels {
			values = append(values, LabelKey(k, v))
		}
		return clusterKeys(values...)
	})
	// Namespaces is the kind Namespace.
	Namespaces = core(Row{
		KindInfo: namespaceInfo, Plural: "namespaces", Versions: []string{"v1"}, Managed: true,
	}, func(n *corev1.Namespace) *Namespace {
		return &Namespace{
			Meta:        newMeta(&n.ObjectMeta),
			Terminating: n.DeletionTimestamp != nil || n.Status.Phase == corev1.NamespaceTerminating,
			ModeWritten: labelWritten(&n.ObjectMeta, label.IoIstioDataplaneMode.Name),
		}
	})
	// ServiceAccounts is the kind ServiceAccount. That each namespace has one
	// named default is not said in files.
	ServiceAccounts = core(Row{
		KindInfo: &inventory.KindInfo{Kind: "ServiceAccount", Namespaced: true},
		Plural:   "serviceaccounts", Versions: []string{"v1"},
	}, projectServiceAccount)
	// Nodes is the kind Node.
	Nodes = core(Row{
		KindInfo: &inventory.KindInfo{Kind: "Node"}, Plural: "nodes", Versions: []string{"v1"}, OffInFiles: true,
	}, func(n *corev1.Node) *Node {
		out := &Node{Meta: newMeta(&n.ObjectMeta), KubeletVersion: n.Status.NodeInfo.KubeletVersion}
		out.Tainted = n.Spec.Unschedulable || slices.ContainsFunc(n.Spec.Taints, keepsAway)
		out.Annotations, out.annotations = nil, nil
		return out
	})
)

func projectServiceAccount(s *corev1.ServiceAccount) *ServiceAccount {
	out := &ServiceAccount{Meta: newMeta(&s.ObjectMeta)}
	for i := range s.ImagePullSecrets {
		out.PullSecrets = append(out.PullSecrets, s.ImagePullSecrets[i].Name)
	}
	return out
}

func keepsAway(t corev1.Taint) bool { return t.Effect != corev1.TaintEffectPreferNoSchedule }
