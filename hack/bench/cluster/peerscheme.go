package main

import (
	"errors"

	networkingv1 "istio.io/api/networking/v1"
	securityv1 "istio.io/api/security/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientscheme "k8s.io/client-go/kubernetes/scheme"

	appmeshv1beta2 "github.com/meshaudit/meshaudit/api/appmesh/v1beta2"
)

// istio is an object of Istio as its Go client has it, for programs that are
// measured beside the operator: they never copy what they read.
type istio[T any] struct {
	metav1.TypeMeta
	metav1.ObjectMeta `json:"metadata"`

	Spec T `json:"spec"`
}

// DeepCopyObject is what a runtime.Object must have.
func (o *istio[T]) DeepCopyObject() runtime.Object { return o }

type istioList[T any] struct {
	metav1.TypeMeta
	metav1.ListMeta `json:"metadata"`

	Items []istio[T] `json:"items"`
}

// DeepCopyObject is what a runtime.Object must have.
func (l *istioList[T]) DeepCopyObject() runtime.Object { return l }

func register[T any](s *runtime.Scheme, group, kind string) {
	gv := schema.GroupVersion{Group: group, Version: "v1"}
	s.AddKnownTypeWithName(gv.WithKind(kind), &istio[T]{})
	s.AddKnownTypeWithName(gv.WithKind(kind+"List"), &istioList[T]{})
	metav1.AddToGroupVersion(s, gv)
}

// peerScheme knows Go types of all kinds that the load has objects of.
func peerScheme() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	const networking, security = "networking.istio.io", "security.istio.io"
	register[networkingv1.VirtualService](s, networking, "VirtualService")
	register[networkingv1.DestinationRule](s, networking, "DestinationRule")
	register[networkingv1.Gateway](s, networking, "Gateway")
	register[networkingv1.Sidecar](s, networking, "Sidecar")
	register[networkingv1.ServiceEntry](s, networking, "ServiceEntry")
	register[securityv1.PeerAuthentication](s, security, "PeerAuthentication")
	register[securityv1.AuthorizationPolicy](s, security, "AuthorizationPolicy")
	return s, errors.Join(clientscheme.AddToScheme(s), apiextensionsv1.AddToScheme(s), appmeshv1beta2.AddToScheme(s))
}
