package kinds

import (
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Row is one kind of the table.
type Row struct {
	*inventory.KindInfo
	// Plural is the resource name in URLs and in RBAC rules.
	Plural string
	// Versions are the API versions whose objects the row can decode,
	// preferred first. They share one schema as far as checks read it.
	Versions []string
	// Custom kinds come with a CRD: they may be absent, and are read raw and
	// decoded one object at a time. The others are always served.
	Custom bool
	// Raw kinds are read raw like custom ones and yet are always served: no Go
	// type of theirs may be imported, or their content may not decode.
	Raw bool
	// Internal kinds are not of the API server: a part of MeshAudit puts their
	// objects. They are never watched, need no RBAC, cannot be given in files,
	// and are always Listed.
	Internal bool
	// Cloud kinds are not of the API server either: package cloud or a snapshot
	// puts their objects and states. They are never watched, need no RBAC, and
	// are Off until a state is set; in files, until an object is given.
	Cloud bool
	// Source names where the objects come from, as metrics and reports call it;
	// "" for internal kinds.
	Source string
	// OffInFiles: the kind is what an installation brings or nobody commits,
	// so its absence from a set of files says nothing.
	OffInFiles bool
	// OffByDefault: the kind is read only if the policy says so.
	OffByDefault bool
	// New makes an empty typed object. It is nil for custom, raw, cloud and
	// internal kinds.
	New func() runtime.Object
	// Project makes the value of a typed object. It is nil where New is.
	Project func(runtime.Object) any
	// Managed: Project reads metadata.managedFields.
	Managed bool
	// Omit are the paths of other fields that Project does not read and that are
	// worth passing over. Of a container, they are kept if it may be a proxy.
	Omit []string
	// DecodeProtobuf makes a typed object, without what is omitted, of the
	// message that an API server sends. What it writes to scratch is returned to
	// be given again. It is nil where New is.
	DecodeProtobuf func(message, scratch []byte) (o runtime.Object, again []byte, err error)
	// KeyFields are the paths of fields from which the row's indexes take their
	// keys. An object in which one of them does not decode is opaque.
	KeyFields []string
	// Decode makes the inventory's object of JSON. It never fails: what does
	// not decode is told by the object's fault. It is nil for internal kinds.
	Decode func(raw []byte) *inventory.Object
}

// The sources of objects.
const (
	SourceKubernetes = "kubernetes"
	SourceAppMesh    = "appmesh"
	SourceACM        = "acm"
	SourceSTS        = "sts"
)

// table is filled by the calls of package-level variables in the files of the
// API groups, in the order in which Go initialises them: dependencies first,
// then files by name. Rows sorts it, so that order does not matter.
var table []*Row

func add(r Row) *inventory.KindInfo {
	r.Version = r.Versions[0]
	if r.Source == "" && !r.Internal {
		r.Source = SourceKubernetes
	}
	table = append(table, &r)
	return r.KindInfo
}

// Rows is the kind table, by kind.
func Rows() []*Row {
	rows := slices.Clone(table)
	slices.SortFunc(rows, func(a, b *Row) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	return rows
}

// Schema is the inventory's view of the table, made once: indexes and numbers
// of kinds are shared by all stores.
var Schema = sync.OnceValue(func() *inventory.Schema {
	infos := make([]*inventory.KindInfo, 0, len(table))
	for _, r := range Rows() {
		infos = append(infos, r.KindInfo)
	}
	return inventory.NewSchema(infos...)
})

var byKind = sync.OnceValue(func() map[inventory.Kind]*Row {
	rows := make(map[inventory.Kind]*Row, len(table))
	for _, r := range table {
		rows[r.Kind] = r
	}
	return rows
})

// Lookup finds the row of a kind.
func Lookup(k inventory.Kind) (*Row, bool) {
	r, ok := byKind()[k]
	return r, ok
}
