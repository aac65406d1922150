package mesh

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"istio.io/api/annotation"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Sidecars tells whether the Pods of a template have a sidecar of Istio's. Yes
// and No are what live Pods show; Maybe means that there is none and labels ask
// for one. A gateway has none, nor has a Pod that ztunnel carries.
func Sidecars(r inventory.Reader, t *Template) Answer {
	live := false
	for p := range livePods(r, t) {
		if p.Role() == SidecarProxy {
			return Yes
		}
		live = true
	}
	if live {
		return No
	}
	ns := kinds.Namespaces.Get(r, "", t.Ref.Namespace)
	if ns != nil && t.Role() == NoProxy && AsksForSidecar(ns, t) != "" || t.Role() == SidecarProxy {
		return Maybe
	}
	return No
}

// Captured tells whether the sidecar gets what comes in on a port of a Pod, as
// the Pod's annotations for istio-init and istio-cni say. What the injector's
// own configuration leaves out is not known here.
func Captured(t *Template, port int32) bool {
	if t.Annotations[annotation.SidecarInterceptionMode.Name] == "NONE" {
		return false
	}
	if listed(t.Annotations[annotation.SidecarTrafficExcludeInboundPorts.Name], port) {
		return false
	}
	include, given := t.Annotations[annotation.SidecarTrafficIncludeInboundPorts.Name]
	return !given || strings.TrimSpace(include) == "*" || listed(include, port)
}

func listed(ports string, port int32) bool {
	number := strconv.Itoa(int(port))
	return slices.ContainsFunc(strings.Split(ports, ","), func(p string) bool { return strings.TrimSpace(p) == number })
}

// CustomInbound tells whether a Sidecar object with listeners of its own for
// incoming requests is for Pods with these labels: ports and TLS are then what
// it says.
func CustomInbound(r inventory.Reader, namespace string, labels map[string]string) bool {
	for s := range kinds.Sidecars.In(r, namespace) {
		if len(s.Spec.GetIngress()) > 0 && kinds.Selects(s.Spec.GetWorkloadSelector().GetLabels(), labels) {
			return true
		}
	}
	return false
}

// Bare tells whether live Pods of a template show that nothing of Istio's
// stands before the application: none has a proxy, and ztunnel carries none.
func Bare(r inventory.Reader, t *Template) bool {
	pods := 0
	for p := range livePods(r, t) {
		if p.Role() != NoProxy || p.Annotations[annotation.AmbientRedirection.Name] == enabled {
			return false
		}
		pods++
	}
	return pods > 0
}

// livePods yields the running Pods of a template, or itself if it is one.
func livePods(r inventory.Reader, t *Template) iter.Seq[Template] {
	return func(yield func(Template) bool) {
		if t.Live {
			yield(*t)
			return
		}
		w, _ := kinds.ResolveWorkload(r, t.Ref)
		for p := range w.Pods(r) {
			if !yield(OfPod(p)) {
				return
			}
		}
	}
}

// WorkloadOf names what a template belongs to: the controller at the end of a
// Pod's chain, which need not be in the inventory, so that scaling changes
// nothing.
func WorkloadOf(r inventory.Reader, t *Template) inventory.Ref {
	if t.Ref.Kind != kinds.Pods.Name {
		return t.Ref
	}
	pod := kinds.Pods.Get(r, t.Ref.Namespace, t.Ref.Name)
	if pod == nil {
		return t.Ref
	}
	ref, owner := t.Ref, pod.Controller
	for range longestChain {
		if owner == nil {
			return ref
		}
		ref = inventory.Ref{Kind: owner.Kind, Namespace: t.Ref.Namespace, Name: owner.Name}
		c := controllerNamed(r, t.Ref.Namespace, owner)
		if c == nil {
			return ref
		}
		owner = c.Controller
	}
	return ref
}
