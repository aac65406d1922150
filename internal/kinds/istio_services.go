package kinds

import (
	"maps"
	"strings"

	networking "istio.io/api/networking/v1alpha3"
	networkingbeta "istio.io/api/networking/v1beta1"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Values of the kinds by which Istio learns what is not a Kubernetes Service.
type (
	// ServiceEntry adds hosts to the mesh's registry.
	ServiceEntry = Resource[networking.ServiceEntry]
	// WorkloadEntry is a workload outside of Kubernetes.
	WorkloadEntry = Resource[networking.WorkloadEntry]
	// WorkloadGroup is the template of WorkloadEntries.
	WorkloadGroup = Resource[networking.WorkloadGroup]
	// ProxyConfig configures proxies when they start.
	ProxyConfig = Resource[networkingbeta.ProxyConfig]
)

var (
	serviceEntryInfo  = &inventory.KindInfo{Kind: "ServiceEntry.networking.istio.io", Namespaced: true}
	workloadEntryInfo = &inventory.KindInfo{Kind: "WorkloadEntry.networking.istio.io", Namespaced: true}
)

var (
	// ServiceEntries is the kind ServiceEntry.
	ServiceEntries = istio[networking.ServiceEntry](Row{
		KindInfo: serviceEntryInfo, Plural: "serviceentries", Versions: networkingVersions,
		KeyFields: []string{"spec.hosts", "spec.exportTo", "spec.workloadSelector"},
	})
	// WorkloadEntries is the kind WorkloadEntry.
	WorkloadEntries = istio[networking.WorkloadEntry](Row{
		KindInfo: workloadEntryInfo, Plural: "workloadentries", Versions: networkingVersions,
		KeyFields: []string{"spec.labels"},
	})
	// WorkloadGroups is the kind WorkloadGroup.
	WorkloadGroups = istio[networking.WorkloadGroup](Row{
		KindInfo: &inventory.KindInfo{Kind: "WorkloadGroup.networking.istio.io", Namespaced: true},
		Plural:   "workloadgroups", Versions: networkingVersions,
	})
	// ProxyConfigs is the kind ProxyConfig, which never left v1beta1.
	ProxyConfigs = istio[networkingbeta.ProxyConfig](Row{
		KindInfo: &inventory.KindInfo{Kind: "ProxyConfig.networking.istio.io", Namespaced: true},
		Plural:   "proxyconfigs", Versions: []string{"v1beta1"},
	})

	// ServiceEntriesByHost finds them by each host, in lower case and otherwise
	// as written (Istio does not expand short names here), everywhere.
	ServiceEntriesByHost = index(serviceEntryInfo, "host", func(s *ServiceEntry) []inventory.Key {
		hosts := make([]string, len(s.Spec.GetHosts()))
		for i, h := range s.Spec.GetHosts() {
			hosts[i] = strings.ToLower(h)
		}
		return clusterKeys(hosts...)
	})
	// ServiceEntriesWildcard finds those that have a wildcard host, under the
	// value "", everywhere.
	ServiceEntriesWildcard = index(serviceEntryInfo, "wildcard", func(s *ServiceEntry) []inventory.Key {
		return wildcardKeys(s.Spec.GetHosts())
	})
	// ServiceEntriesBySelectorLabel finds them by the Pods and WorkloadEntries
	// of their namespace that they select. One without a selector selects
	// nothing.
	ServiceEntriesBySelectorLabel = selectorIndex(serviceEntryInfo, func(s *ServiceEntry) map[string]string {
		return s.Spec.GetWorkloadSelector().GetLabels()
	})
	// WorkloadEntriesByLabel finds them by [LabelKey] of [WorkloadEntryLabels],
	// in a namespace or everywhere.
	WorkloadEntriesByLabel = index(workloadEntryInfo, "label", func(w *WorkloadEntry) []inventory.Key {
		return labelKeys(w.Namespace, WorkloadEntryLabels(w))
	})
)

// WorkloadEntryLabels are the labels by which a WorkloadEntry is selected:
// those of its spec and its metadata. As in istiod's ConvertWorkloadEntry, the
// metadata wins.
func WorkloadEntryLabels(w *WorkloadEntry) map[string]string {
	out := make(map[string]string, len(w.Labels)+len(w.Spec.GetLabels()))
	maps.Copy(out, w.Spec.GetLabels())
	maps.Copy(out, w.Labels)
	return out
}
