package ingest

import (
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

func TestRawResponses(t *testing.T) {
	d := rawDecoder{row: rows(t, sidecar)[0]}
	decode := func(text string) any {
		t.Helper()
		o, _, err := d.Decode([]byte(text), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	object := decode(`{"kind":"Sidecar","metadata":{"name":"a","namespace":"ns","resourceVersion":"7",
		"annotations":{"x":"y"}},"spec":{},"items":"of the object's own"}`).(*item)
	if object.object == nil || object.ResourceVersion != "7" || object.Annotations != nil {
		t.Errorf("object: %+v", object)
	}
	bookmark := decode(`{"kind":"Sidecar","metadata":{"resourceVersion":"8","annotations":{"x":"y"}}}`).(*item)
	if bookmark.object != nil || bookmark.Annotations["x"] != "y" {
		t.Errorf("bookmark: %+v", bookmark)
	}
	list := decode(`{"kind":"SidecarCollection","metadata":{"resourceVersion":"9","continue":"c"},
		"items":[{"metadata":{"name":"a"},"spec":{"egress":7}},{"metadata":{"name":"b"}}]}`).(*itemList)
	if len(list.Items) != 2 || list.Continue != "c" || list.ResourceVersion != "9" {
		t.Fatalf("list: %+v", list)
	}
	if a, b := list.Items[0].(*item).object, list.Items[1].(*item).object; a.Fault == nil || b.Fault != nil {
		t.Errorf("faults of the list's items: %v, %v", a.Fault, b.Fault)
	}
	status := decode(`{"kind":"Status","metadata":{},"status":"Failure","code":410}`).(*metav1.Status)
	if status.Code != 410 {
		t.Errorf("status: %+v", status)
	}
}

func TestAProjectionThatPanicsIsAFault(t *testing.T) {
	ref := inventory.Ref{Kind: sidecar, Name: "a"}
	o := guard(ref, func() *inventory.Object { panic("no such luck") })
	if !o.Opaque() || o.Ref != ref {
		t.Errorf("%+v", o)
	}
}

func TestRetriesComeInTime(t *testing.T) {
	for _, retry := range []time.Duration{10 * time.Millisecond, time.Second, time.Minute} {
		o := Options{Retry: retry}
		delay := o.backoff().DelayWithReset(clock.RealClock{}, time.Hour)
		var longest time.Duration
		for range 100 {
			longest = max(longest, delay())
		}
		if longest > retry || longest < retry/2 {
			t.Errorf("retries within %s are up to %s apart", retry, longest)
		}
	}
}

func TestPlans(t *testing.T) {
	served := func(versions ...string) *kinds.CRD {
		return &kinds.CRD{Defines: sidecar, Served: versions, Established: true, Meta: kinds.Meta{UID: "1"}}
	}
	unready := served("v1")
	unready.Established = false
	foreign := served("v1")
	foreign.Defines = "Other.networking.istio.io"
	for name, c := range map[string]struct {
		value any
		want  plan
		known bool
	}{
		"the best version":     {served("v1beta1", "v1"), plan{version: "v1", uid: "1"}, true},
		"an older version":     {served("v1alpha3"), plan{version: "v1alpha3", uid: "1"}, true},
		"no version we know":   {served("v9"), plan{state: inventory.SourceUnavailable}, true},
		"not established":      {unready, plan{state: inventory.NotInstalled}, true},
		"of another kind":      {foreign, plan{state: inventory.NotInstalled}, true},
		"it does not decode":   {nil, plan{}, false},
		"no version is served": {served(), plan{state: inventory.NotInstalled}, true},
	} {
		var c2 catalog
		ref := inventory.Ref{Kind: crd, Name: sidecarCRD}
		c2.hear([]*inventory.Object{{Ref: ref, Value: c.value, Fault: &inventory.Fault{}}}, true)
		got, known := c2.plan(rows(t, sidecar)[0], false)
		if errors.Is(got.reason, errVersions) {
			got.reason = nil
		}
		if got != c.want || known != c.known {
			t.Errorf("%s: %+v, %t", name, got, known)
		}
	}
}
