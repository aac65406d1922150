package events

import (
	"cmp"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// The reasons of Events.
const (
	// ReasonFinding says that something is severely wrong.
	ReasonFinding = "MeshAuditFinding"
	// ReasonResolved says that nothing severe is wrong any longer.
	ReasonResolved = "MeshAuditResolved"
)

// component is who tells of it.
const component = "meshaudit"

// maxPrefix leaves room in a name for the time that makes it unique.
const maxPrefix = 253 - len(".ffffffffffffffff")

// object is the Event as the API server gets it: in the namespace of the object
// that it is about, and in "default" about one of the cluster.
func (e *Event) object(apiVersion func(inventory.Kind) string, now time.Time) *corev1.Event {
	at, s := metav1.NewTime(now), e.Subject
	out := &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: cmp.Or(s.Namespace, metav1.NamespaceDefault),
			Name:      fmt.Sprintf("%s.%x", s.Name[:min(len(s.Name), maxPrefix)], now.UnixNano()),
		},
		InvolvedObject: corev1.ObjectReference{
			APIVersion: apiVersion(s.Kind), Kind: s.Kind.Short(), Namespace: s.Namespace, Name: s.Name,
			UID: types.UID(e.UID),
		},
		Type: corev1.EventTypeNormal, Reason: ReasonResolved, Message: e.Message,
		Source:         corev1.EventSource{Component: component},
		FirstTimestamp: at, LastTimestamp: at, Count: 1,
		ReportingController: component,
	}
	if e.Warning {
		out.Type, out.Reason = corev1.EventTypeWarning, ReasonFinding
	}
	return out
}
