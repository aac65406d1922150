package cloud

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// FuzzDecode lets anything answer. What is taken for a description is about
// what was asked for and survives a snapshot; what is taken for a page holds
// entries of what was asked for, each with all that identifies it.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `{"virtualNodes": [], "nextToken": null}`,
		`{"virtualNodes": [{"arn": "a", "meshName": "m", "meshOwner": "1", "virtualNodeName": "n", "version": 1,
			"createdAt": 1767323045.5}], "nextToken": "x"}`,
		`{"meshName": "m", "virtualNodeName": "n", "spec": {"a": [1e400, "\ud800"]}, "status": {"status": "ACTIVE"},
			"metadata": {"arn": "a", "meshOwner": "1", "resourceOwner": "1", "version": 1, "createdAt": 1.5e9}}`,
	} {
		f.Add([]byte(seed))
	}
	of := item{kind: kinds.AWSTypeVirtualNode, arn: "a", mesh: "m", meshOwner: "1", name: "n"}
	mesh := &item{kind: kinds.AWSTypeMesh, arn: "m", mesh: "m", meshOwner: "1", name: "m"}
	f.Fuzz(func(t *testing.T, body []byte) {
		if r, err := decode(body, of); err == nil {
			checkResource(t, r, of)
		} else if judge(err).class != ClassUnknown || judge(err).absent || !utf8.ValidString(err.Error()) {
			t.Errorf("a wrong body is %+v", judge(err))
		}
		page, err := decodePage(body, kinds.AWSTypeVirtualNode, mesh)
		for _, it := range page.items {
			if err != nil || it.arn == "" || it.name == "" || it.meshKey() != mesh.meshKey() || it.parent != "" {
				t.Errorf("an entry is %+v (%v)", it, err)
			}
		}
	})
}

func checkResource(t *testing.T, r *kinds.AWSResource, of item) {
	t.Helper()
	var spec map[string]any
	if err := json.Unmarshal([]byte(r.Spec), &spec); err != nil || spec == nil {
		t.Errorf("the specification is %q", r.Spec)
	}
	if r.ARN != of.arn || r.Mesh != of.meshKey() || r.Status == "" {
		t.Errorf("the description of another resource is taken: %+v", r)
	}
	raw, err := kinds.AWSDocument(r.Object())
	if err != nil {
		t.Fatal(err)
	}
	row, _ := kinds.Lookup(kinds.AWSResources.Name)
	again := row.Decode(raw)
	if again.Fault != nil || !row.Equal(again.Value, r) {
		t.Errorf("a snapshot holds %+v (%v), not %+v", again.Value, again.Fault, r)
	}
}
