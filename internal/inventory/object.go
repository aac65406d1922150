package inventory

import (
	"cmp"
	"strings"
)

// Kind names a kind as Kubernetes prints a GroupKind: "Pod",
// "VirtualService.networking.istio.io".
type Kind string

// Group is the API group of the kind, "" for the core group.
func (k Kind) Group() string {
	_, group, _ := strings.Cut(string(k), ".")
	return group
}

// Short is the kind without its group.
func (k Kind) Short() string {
	short, _, _ := strings.Cut(string(k), ".")
	return short
}

// Ref names one object. Namespace is empty for cluster-scoped kinds.
type Ref struct {
	Kind      Kind
	Namespace string
	Name      string
}

// String is Kind namespace/name, or Kind name for a cluster-scoped object.
func (r Ref) String() string {
	if r.Namespace == "" {
		return r.Kind.Short() + " " + r.Name
	}
	return r.Kind.Short() + " " + r.Namespace + "/" + r.Name
}

// Compare orders by namespace, name and kind.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(
		strings.Compare(r.Namespace, o.Namespace),
		strings.Compare(r.Name, o.Name),
		strings.Compare(string(r.Kind), string(o.Kind)),
	)
}

// Object is one entry of the inventory.
type Object struct {
	Ref Ref
	// Value is the kind's projection, shared and read-only. It is nil when
	// nothing of the object could be decoded.
	Value any
	// Fault says what of the object did not decode; nil when all did.
	Fault *Fault
}

// Opaque tells whether the object's content is unknown altogether.
func (o *Object) Opaque() bool { return o.Fault != nil && o.Value == nil }

// Fault describes a part of an object that could not be decoded.
type Fault struct {
	// Field is the path of the field at fault, as deep as it is known.
	Field string
	// Message says what was found and what was expected.
	Message string
}
