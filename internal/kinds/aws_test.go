package kinds

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

const node = `{"meshName":"prod","virtualNodeName":"cart","metadata":{"arn":"a","createdAt":1,"meshOwner":"1",` +
	`"resourceOwner":"1","version":2},"spec":%s,"status":{"status":"ACTIVE"}}`

// Equal specifications have equal texts, whatever the order of their keys.
func TestCanonicalSpec(t *testing.T) {
	a, err := NewAWSResource(AWSTypeVirtualNode, fmt.Appendf(nil, node, `{"b": [1, 2], "a": {"y": 9007199254740993, "x": "é<"}}`))
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewAWSResource(AWSTypeVirtualNode, fmt.Appendf(nil, node, `{"a":{"x":"\u00e9<","y":9007199254740993},"b":[1,2]}`))
	if err != nil || a.Spec != b.Spec || !strings.Contains(a.Spec, "9007199254740993") || !sameAWSResource(a, b) {
		t.Errorf("%v\n%+v\n%+v", err, a, b)
	}
}

// A body that lacks what every description has is refused, and says what it
// lacks: an empty answer, an answer that is wrapped, another type's.
func TestBodyOfAnotherKind(t *testing.T) {
	whole := fmt.Sprintf(node, `{}`)
	for body, want := range map[string]string{
		``:                        "unexpected end",
		`{}`:                      "no object",
		`[]`:                      "array",
		`{"mesh":` + whole + `}`:  "no object",
		fmt.Sprintf(node, `[]`):   "no object",
		fmt.Sprintf(node, `null`): "no object",
		strings.Replace(whole, `"arn":"a"`, `"arn":""`, 1):            "metadata.arn",
		strings.Replace(whole, `"ACTIVE"`, `""`, 1):                   "status.status",
		strings.Replace(whole, `"meshOwner":"1",`, ``, 1):             "metadata.meshOwner",
		strings.Replace(whole, `virtualNodeName`, `other`, 1):         "virtualNodeName",
		strings.Replace(whole, `"createdAt":1`, `"createdAt":"x"`, 1): "parsing time",
		strings.Replace(whole, `"createdAt":1`, `"createdAt":-1`, 1):  "no time",
	} {
		if _, err := NewAWSResource(AWSTypeVirtualNode, []byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
	if _, err := NewAWSResource(AWSTypeRoute, []byte(strings.Replace(whole, "virtualNodeName", "routeName", 1))); err == nil {
		t.Error("a route without a virtual router is accepted")
	}
}

// Whatever is written to a snapshot is read back as it was.
func TestSnapshotRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		for _, o := range randomAWS(r) {
			raw, err := AWSDocument(o)
			if err != nil {
				t.Fatal(err)
			}
			back, err := Decode("aws.meshaudit.io/v1alpha1", o.Ref.Kind.Short(), raw)
			row, _ := Lookup(o.Ref.Kind)
			if err != nil || back.Fault != nil || back.Ref != o.Ref || !row.Equal(back.Value, o.Value) {
				t.Fatalf("%v %+v\n%s\n%+v\n%+v", err, back.Fault, raw, o.Value, back.Value)
			}
		}
	}
}

// randomAWS makes one object of each kind.
func randomAWS(r *rand.Rand) []*inventory.Object {
	text := func() string { return fmt.Sprint(string(rune('a'+r.IntN(26))), r.IntN(1000), "/é\"<") }
	list := func() (out []string) {
		for i := range r.IntN(3) {
			out = append(out, fmt.Sprint(i, text()))
		}
		return out
	}
	moment := func() time.Time {
		if r.IntN(4) == 0 {
			return time.Time{}
		}
		return time.UnixMilli(r.Int64N(4e12)).UTC()
	}
	typ := AWSTypes[r.IntN(len(AWSTypes))]
	res := &AWSResource{
		ARN: text(), Type: typ, Name: text(), MeshOwner: fmt.Sprint(r.IntN(1e6)), ResourceOwner: text(), Version: r.Int64(),
		Created: moment(), Updated: moment(), Status: text(), Spec: fmt.Sprintf(`{"a":{"b":[%d,"x@y"]}}`, r.IntN(9)),
	}
	mesh := text()
	if awsParents[typ] != "" {
		res.Parent = text()
	}
	if typ == AWSTypeMesh {
		mesh = res.Name
	}
	res.Mesh = AWSMeshKey(mesh, res.MeshOwner)
	cert := NewAWSCertificate(text(), text(), text(), moment(), text(), list())
	if r.IntN(3) == 0 {
		cert = &AWSCertificate{ARN: text(), Missing: true}
	}
	return []*inventory.Object{
		res.Object(), cert.Object(),
		(&AWSSweep{Mesh: text(), Region: text(), Began: moment(), Previous: moment(), Recent: list(), New: list(), Listed: list()}).Object(),
		(&AWSMeshDenied{Mesh: text(), Message: text()}).Object(),
		(&AWSIdentity{Account: text(), Region: text()}).Object(),
	}
}

// Objects of AWS are never subjects, and a mesh is readable on its own.
func TestScopeOfAMesh(t *testing.T) {
	res := &AWSResource{ARN: "a", Mesh: "prod@1", Type: AWSTypeRoute, Parent: "cart"}
	info, _ := Schema().Lookup(awsResourceKind)
	if refs := info.Subjects(res.Object()); len(refs) != 0 {
		t.Errorf("subjects %v", refs)
	}
	s := inventory.New(Schema())
	s.Apply(res.Object())
	s.SetState(awsResourceKind, "", inventory.Off)
	s.SetState(awsResourceKind, "prod@1", inventory.Listed)
	reads := &recordedReads{Store: s}
	if AWSResources.Get(reads, "prod@1", "a") == nil {
		t.Error("the resource is not found by its ARN")
	}
	found := 0
	for range AWSResourcesByParent.In(reads, "prod@1", AWSParentKey(AWSTypeRoute, "cart")) {
		found++
	}
	for range AWSResources.In(reads, "prod@1") {
		found++
	}
	if found != 2 {
		t.Errorf("%d found, want 2", found)
	}
	for _, b := range reads.buckets {
		if s.Check(b) != inventory.Listed {
			t.Errorf("%s is %s", b, s.Check(b))
		}
	}
}

type recordedReads struct {
	*inventory.Store
	buckets []inventory.Bucket
}

func (r *recordedReads) Read(b inventory.Bucket) []*inventory.Object {
	r.buckets = append(r.buckets, b)
	return r.Store.Read(b)
}

// The sources of the table are those of the reports.
func TestSources(t *testing.T) {
	for _, row := range Rows() {
		want := SourceKubernetes
		switch {
		case row.Internal:
			want = ""
		case row.Cloud:
			want = row.Source
			if row.Kind.Group() != "aws.meshaudit.io" || want == "" || want == SourceKubernetes || row.New != nil {
				t.Errorf("%s: source %q", row.Kind, want)
			}
		}
		if row.Source != want {
			t.Errorf("%s: source %q, want %q", row.Kind, row.Source, want)
		}
	}
}

// When an object last changed is told by its managed fields.
func TestChanged(t *testing.T) {
	const manifest = `
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata:
  name: cart
  namespace: shop
  creationTimestamp: "2026-11-01T00:00:00Z"
  managedFields:
  - {manager: kubectl, time: "%s"}
  - {manager: controller, subresource: status, time: "2026-11-02T00:00:00Z"}
  - {manager: old}
`
	a := fromYAML(t, fmt.Sprintf(manifest, "2026-11-02T09:00:00+02:00"))
	b := fromYAML(t, fmt.Sprintf(manifest, "2026-11-09T00:00:00Z"))
	row, _ := Lookup(virtualNodeKind)
	if x, y := AppMeshVirtualNodes.Of(a), AppMeshVirtualNodes.Of(b); row.Equal(x, y) ||
		!x.Changed.Equal(time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC)) || y.Changed.Day() != 9 {
		t.Errorf("%s and %s", x.Changed, y.Changed)
	}
	strange := fromYAML(t, "apiVersion: appmesh.k8s.aws/v1beta2\nkind: Mesh\nmetadata: {name: a, managedFields: [{time: noon}]}\n")
	if m := Meshes.Of(strange); strange.Fault != nil || !m.Changed.IsZero() {
		t.Errorf("%+v %+v", strange.Fault, m)
	}
}

// A departure is told of what had an ARN, until AWS has lost it too.
func TestDeparture(t *testing.T) {
	seen := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	node := &inventory.Object{Ref: AppMeshVirtualNodes.Ref("shop", "cart"), Value: &AppMeshVirtualNode{Status: AppMeshStatus{ARN: "a"}}}
	fresh := &inventory.Object{Ref: node.Ref, Value: &AppMeshVirtualNode{}}
	twin := (&AWSResource{ARN: "a", Mesh: "prod@1"}).Object()
	came, over := Departure(node, nil, seen), Departure(twin, nil, seen)
	if came == nil || over == nil || came.Ref != over.Ref || over.Value != nil || !came.Value.(*AWSDeparture).Seen.Equal(seen) {
		t.Errorf("%+v, %+v", came, over)
	}
	for _, c := range [][2]*inventory.Object{{nil, node}, {node, node}, {fresh, nil}, {nil, twin}, {nil, nil}} {
		if d := Departure(c[0], c[1], seen); d != nil {
			t.Errorf("%+v: %+v", c, d)
		}
	}
}
