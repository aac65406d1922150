package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/cloud"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// picture is something of each kind, and of each state of a source.
func picture(tb testing.TB) (inventory.Batch, []cloud.Status) {
	tb.Helper()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const key, arn = "shop@111122223333", "arn:aws:appmesh:eu-west-1:111122223333:mesh/shop"
	mesh, err := kinds.NewAWSResource(kinds.AWSTypeMesh, []byte(`{"meshName": "shop", "metadata": {"arn": "`+arn+`",
		"createdAt": 1767323045, "lastUpdatedAt": 1767323045, "meshOwner": "111122223333", "resourceOwner": "111122223333",
		"uid": "u", "version": 1}, "spec": {"egressFilter": {"type": "ALLOW_ALL"}}, "status": {"status": "ACTIVE"}}`))
	if err != nil {
		tb.Fatal(err)
	}
	var b inventory.Batch
	for _, o := range []*inventory.Object{
		mesh.Object(),
		(&kinds.AWSSweep{Mesh: key, Region: "eu-west-1", Began: at, Previous: at.Add(-time.Minute), New: []string{arn}}).Object(),
		(&kinds.AWSMeshDenied{Mesh: "pay@444455556666", Message: "no"}).Object(),
		(&kinds.AWSCertificate{ARN: "arn:aws:acm:eu-west-1:111122223333:certificate/a", Missing: true}).Object(),
		(&kinds.AWSIdentity{Account: "111122223333", Region: "eu-west-1"}).Object(),
	} {
		b.Put(o)
	}
	b.Delete(kinds.AWSResources.Ref(key, "gone"))
	b.SetState(kinds.AWSResources.Name, "", inventory.Listed)
	b.SetState(kinds.AWSResources.Name, "pay@444455556666", inventory.SourceUnavailable)
	b.SetState(kinds.AWSCertificates.Name, "", inventory.Off)
	return b, []cloud.Status{
		{Name: cloud.SourceAppMesh, Region: "eu-west-1", Class: cloud.ClassAvailable, LastSuccess: at},
		{Name: cloud.SourceACM, Class: cloud.ClassOff},
	}
}

// What is read back is what was written, but for what is gone anyway.
func TestASnapshotIsReadBack(t *testing.T) {
	b, sources := picture(t)
	text, err := encodeAWS(b, sources)
	if err != nil {
		t.Fatal(err)
	}
	got, told, err := decodeAWS(text)
	if err != nil || !reflect.DeepEqual(told, sources) {
		t.Fatalf("%v: sources %+v, want %+v", err, told, sources)
	}
	delete(b.Objects, kinds.AWSResources.Ref("shop@111122223333", "gone"))
	for ref, o := range b.Objects {
		if back := got.Objects[ref]; back == nil || !reflect.DeepEqual(back.Value, o.Value) {
			t.Errorf("%s was %+v and is %+v", ref, o, back)
		}
	}
	if again, err := encodeAWS(got, told); err != nil || len(got.Objects) != len(b.Objects) || !bytes.Equal(again, text) {
		t.Errorf("%v: written again it is\n%s, not\n%s", err, again, text)
	}
}

// Who asks for AWS learns what is wrong with the file, and the rest is audited.
func TestAFileThatIsNoSnapshot(t *testing.T) {
	const head = `{"apiVersion": "aws.meshaudit.io/v1alpha1", "kind": "Snapshot"`
	for text, want := range map[string]string{
		``:                                     "no snapshot of AWS",
		`kind: Snapshot`:                       "no snapshot of AWS",
		head + `, "more": 1}`:                  "unknown field",
		`{"apiVersion": "v1", "kind": "List"}`: `holds "List" of "v1"`,
		head + `, "states": [{"kind": "Pod", "state": "Listed"}]}`:                                     `"Pod" is no kind of AWS`,
		head + `, "states": [{"kind": "AppMeshResource.aws.meshaudit.io", "state": "Fine"}]}`:          `"Fine" is no state`,
		head + `, "items": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}]}`:          "items[0]: Pod default/a is not of AWS",
		head + `, "items": [{"apiVersion": "aws.meshaudit.io/v1alpha1", "kind": "Nothing"}]}`:          "items[0]:",
		head + `, "sources": [{"name": "appmesh", "class": "Denied", "message": "no right"}]}`:         "appmesh: Denied: no right",
		head + `, "items": [{"apiVersion": "aws.meshaudit.io/v1alpha1", "kind": "AppMeshSweep"}]}`:     "without a name",
		head + `, "items": [{"apiVersion": "aws.meshaudit.io/v1alpha1", "kind": "AppMeshResource"}]} `: "without a name",
	} {
		code, out := analyzeWith(t, text)
		if code != exitIncomplete || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d, want 4 and %q: %s", text, code, want, out)
		}
	}
	if code, out := analyzeWith(t, head+`}`); code != 0 {
		t.Errorf("an empty snapshot: exit code %d: %s", code, out)
	}
}

func analyzeWith(t *testing.T, snapshot string) (code int, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "aws.json")
	if err := os.WriteFile(file, []byte(snapshot), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	in := strings.NewReader(service("cart"))
	code = Execute(t.Context(), []string{"analyze", "-f", "-", "--aws-snapshot", file}, Streams{In: in, Out: &out, Err: &errs})
	return code, errs.String()
}

func TestWordsAboutAWSThatMakeNoSense(t *testing.T) {
	for args, want := range map[string]string{
		"analyze -f - --aws --aws-snapshot f": "exclude each other",
		"analyze -f - --aws --aws-sweeps 0":   "--aws-sweeps: 0 is not between 1 and 10",
		"analyze -f - --aws --aws-apart -1s":  "--aws-apart: -1s is negative",
		"aws-snapshot --sweeps 11":            "--sweeps: 11 is not between 1 and 10",
		"aws-snapshot now":                    `unknown command "now"`,
	} {
		var errs bytes.Buffer
		code := Execute(t.Context(), strings.Fields(args), Streams{In: strings.NewReader(""), Out: &errs, Err: &errs})
		if code != exitUsage || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: exit code %d, want 2 and %q: %s", args, code, want, errs.String())
		}
	}
}

// FuzzSnapshot reads anything. What is a snapshot is the same one when it is
// written and read again.
func FuzzSnapshot(f *testing.F) {
	b, sources := picture(f)
	text, err := encodeAWS(b, sources)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, sources, err := decodeAWS(raw)
		if err != nil {
			return
		}
		text, err := encodeAWS(b, sources)
		if err != nil {
			t.Fatalf("%s is read and not written: %v", raw, err)
		}
		b, sources, err = decodeAWS(text)
		if err != nil {
			t.Fatalf("%s is written and not read: %v", text, err)
		}
		if again, err := encodeAWS(b, sources); err != nil || !bytes.Equal(again, text) {
			t.Errorf("%s becomes\n%s (%v)", text, again, err)
		}
	})
}
