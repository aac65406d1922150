package mesh

import (
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// SidecarIdle finds a workload in ambient mode for which a Sidecar is, where it
// is for nothing that has a sidecar or may have one: as Pods show and, where
// there is none, as labels and webhooks say. That the Sidecar may be the
// default of the mesh is not asked.
//
// Of what is not in ambient mode and does not run it reads webhook
// configurations and maybe a ConfigMap.
func SidecarIdle(r inventory.Reader, s *kinds.Sidecar) (inventory.Ref, bool) {
	var found inventory.Ref
	var others []*kinds.Workload
	for t := range Templates(r, s.Namespace, SidecarLabels(s)) {
		w, ok := kinds.ResolveWorkload(r, WorkloadOf(r, &t))
		switch {
		case !ok || t.Component() != NoComponent:
		case showsSidecar(r, w):
			return inventory.Ref{}, false
		case !AmbientWorkload(r, w):
			others = append(others, w)
		case found.Name == "":
			found = w.Ref
		}
	}
	if found.Name == "" || SelectsEntry(r, s.Namespace, SidecarLabels(s)) {
		return inventory.Ref{}, false
	}
	for _, w := range others {
		if Meshed(r, w) != No {
			return inventory.Ref{}, false
		}
	}
	return found, true
}

func showsSidecar(r inventory.Reader, w *kinds.Workload) bool {
	for p := range w.Pods(r) {
		if HasSidecar(p) {
			return true
		}
	}
	return false
}

// SidecarServes tells whether a Sidecar is for a workload of its own namespace
// that has a sidecar, or may have one.
func SidecarServes(r inventory.Reader, s *kinds.Sidecar) bool {
	for t := range Templates(r, s.Namespace, SidecarLabels(s)) {
		if w, ok := kinds.ResolveWorkload(r, WorkloadOf(r, &t)); ok && Meshed(r, w) != No {
			return true
		}
	}
	return SelectsEntry(r, s.Namespace, SidecarLabels(s))
}
