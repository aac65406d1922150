package cloud

import (
	"net/http"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

var whole = []string{
	"shop", "shop/virtualGateway/edge", "shop/virtualGateway/edge/gatewayRoute/in", "shop/virtualNode/cart_shop",
	"shop/virtualRouter/cart", "shop/virtualRouter/cart/route/all", "shop/virtualService/cart.shop",
}

// The first sweep tells of every resource. What needs two sweeps waits for the second.
func TestFirstAndSecondSweep(t *testing.T) {
	s := play(t, Config{})
	expect(t, "before", s.world.failing(SourceAppMesh), inventory.Off)
	s.round()
	expect(t, "resources", s.resources(), whole)
	expect(t, "after one sweep", s.state(), "Listed SourceUnavailable")
	first := *s.sweep(key("shop"))
	expect(t, "previous", first.Previous.IsZero(), true)
	s.round()
	expect(t, "after two", s.state(), "Listed Listed")
	second := *s.sweep(key("shop"))
	expect(t, "previous", second.Previous, first.Began)
	expect(t, "region", second.Region, awstest.Region)
	expect(t, "lists", s.sweep(kinds.AWSMeshes).Listed, []string{awstest.Resource{Type: "mesh", Mesh: "shop"}.ARN()})
	expect(t, "account", kinds.Caller(s.store).Account, awstest.Account)
}

// A resource is described as AWS prints it, with what the SDK does not know.
func TestResourceIsWhatAWSPrints(t *testing.T) {
	s := play(t, Config{})
	s.aws.Put(awstest.Resource{
		Type: "virtualNode", Mesh: "shop", Name: "cart_shop", Status: "INACTIVE",
		Spec: `{"serviceDiscovery": {"teleport": {"to": "<moon>", "n": 12345678901234567890}}, "listeners": []}`,
	})
	s.round()
	n := s.node()
	want := `{"listeners":[],"serviceDiscovery":{"teleport":{"n":12345678901234567890,"to":"<moon>"}}}`
	expect(t, "spec", n.Spec, want)
	expect(t, "status, version", []any{n.Status, n.Version}, []any{"INACTIVE", 2})
	expect(t, "updated", n.Updated, n.Created.Add(2*time.Second))
}

// The API dies between two sweeps and comes back: what was read stays, nothing
// is said to be gone, and what went in the meantime is gone once AWS says so.
func TestAPIDiesBetweenTwoSweeps(t *testing.T) {
	for name, fault := range map[string]awstest.Fault{
		"html": awstest.HTML(404), "gone": awstest.Status(410), "empty": awstest.Body(""), "5xx": awstest.Status(503),
		"refused": awstest.Refusal(403, "AccessDeniedException", "no"), "wrapped": awstest.Wrapped,
		"throttled": awstest.Refusal(429, "TooManyRequestsException", "slow down"), "cut": awstest.Truncated,
	} {
		t.Run(name, func(t *testing.T) { dieAndReturn(t, fault) })
	}
}

func dieAndReturn(t *testing.T, fault awstest.Fault) {
	t.Helper()
	s := play(t, Config{})
	s.round()
	s.round()
	node, sweep := s.node(), s.sweep(key("shop"))
	for range 3 {
		s.aws.Fail(fault)
		s.round()
		expect(t, "dead", s.state(), "SourceUnavailable SourceUnavailable")
		expect(t, "lists", s.store.State(kinds.AWSSweeps.Name, kinds.AWSMeshes), inventory.SourceUnavailable)
		expect(t, "the last picture", s.resources(), whole)
		if s.node() != node || s.sweep(key("shop")) != sweep || s.class(SourceAppMesh) == ClassAvailable {
			t.Errorf("a dead API changed the picture, or its class is %s", s.class(SourceAppMesh))
		}
	}
	s.aws.Delete(nodeARN)
	s.aws.Heal()
	s.round()
	expect(t, "back", s.state(), "Listed Listed")
	expect(t, "previous", s.sweep(key("shop")).Previous, sweep.Began)
	expect(t, "absent once", s.sweep(key("shop")).Recent, []string{nodeARN})
	s.round()
	expect(t, "absent twice", len(s.sweep(key("shop")).Recent), 0)
	expect(t, "node", s.node() == nil, true)
	expect(t, "class", s.class(SourceAppMesh), ClassAvailable)
}

// One mesh that cannot be read whole leaves the others alone; of itself nothing
// new is told.
func TestSweepIsWholeOrNothingPerMesh(t *testing.T) {
	s := play(t, Config{})
	for _, r := range small("bank") {
		s.aws.Put(r)
	}
	s.round()
	s.round()
	s.aws.Put(awstest.Resource{Type: "virtualNode", Mesh: "bank", Name: "a_new"})
	s.aws.Put(awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: "a_new"})
	s.aws.Put(awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: "cart_shop", Spec: `null`})
	s.round()
	expect(t, "bank", s.store.State(kinds.AWSResources.Name, key("bank")), inventory.Listed)
	expect(t, "shop", s.state(), "SourceUnavailable SourceUnavailable")
	bank := awstest.Resource{Type: "virtualNode", Mesh: "bank", Name: "a_new"}.ARN()
	shop := awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: "a_new"}.ARN()
	expect(t, "new in bank", s.sweep(key("bank")).New, []string{bank})
	expect(t, "nothing new in shop", kinds.AWSResources.Get(s.store, key("shop"), shop) == nil, true)
	expect(t, "class", s.class(SourceAppMesh), ClassUnknown)
	s.aws.Calls()
	s.aws.Put(awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: "cart_shop"})
	s.round()
	expect(t, "shop", s.state(), "Listed Listed")
	expect(t, "what was described before is not asked again", describes(s.aws.Calls()), 1)
}

// A mesh that was shared and is not any longer, or that may not be described,
// is told of by an object of its own, and is no failure of the source.
func TestDeniedMesh(t *testing.T) {
	s := play(t, Config{})
	s.aws.Put(awstest.Resource{Type: "mesh", Mesh: "theirs", Owner: "444455556666"})
	s.aws.Fail(func(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc) {
		if r.PathValue("mesh") == "theirs" {
			awstest.Refuse(w, 403, "ForbiddenException", "User: arn:aws:sts::1:assumed-role/a/s-17 may not. Request ID: 77-a")
			return
		}
		serve(w, r)
	})
	s.round()
	s.round()
	theirs := kinds.AWSMeshKey("theirs", "444455556666")
	denied := kinds.AWSMeshesDenied.Get(s.store, theirs, theirs)
	if denied == nil {
		t.Fatal("nothing tells of the denied mesh")
	}
	expect(t, "message", denied.Message,
		"ListVirtualNodes: ForbiddenException: User: arn:aws:sts::1:assumed-role/a may not. …")
	expect(t, "its state", s.store.State(kinds.AWSResources.Name, theirs), inventory.SourceUnavailable)
	expect(t, "class, and the other mesh", []any{s.class(SourceAppMesh), s.state()}, []any{ClassAvailable, "Listed Listed"})
	s.aws.Heal()
	s.round()
	expect(t, "readable again", kinds.AWSMeshesDenied.Get(s.store, theirs, theirs) == nil, true)
}

// A mesh is gone only if AWS says so: with the typed error and status 404.
func TestMeshIsGone(t *testing.T) {
	s := play(t, Config{})
	s.round()
	s.round()
	s.aws.Fail(awstest.Body(`{"meshes": []}`), "appmesh:ListMeshes")
	s.round()
	expect(t, "a list may lack a mesh that exists", s.resources(), whole)
	expect(t, "state", s.state(), "Listed Listed")
	s.aws.Heal()
	s.aws.Delete(awstest.Resource{Type: "mesh", Mesh: "shop"}.ARN())
	s.round()
	expect(t, "gone", len(s.resources()), 0)
	expect(t, "for one sweep", len(s.sweep(key("shop")).Recent), len(whole))
	s.aws.Calls()
	s.round()
	expect(t, "for two", len(s.sweep(key("shop")).Recent), 0)
	expect(t, "state", s.state(), "Listed Listed")
	expect(t, "calls", s.aws.Calls(), []string{"appmesh:ListMeshes"})
}
