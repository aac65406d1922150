package cloud

import (
	"fmt"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
)

func describes(calls []string) int {
	n := 0
	for _, c := range calls {
		if strings.HasPrefix(c, "appmesh:Describe") {
			n++
		}
	}
	return n
}

func (s *scene) addNodes(n int) {
	for i := range n {
		s.aws.Put(awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: fmt.Sprintf("n%03d", i)})
	}
}

// Lists are read to their ends, whatever their length.
func TestPages(t *testing.T) {
	for _, n := range []int{0, 1, 98, 99, 100, 197, 199, 250} {
		s := play(t, Config{})
		s.addNodes(n)
		s.round()
		expect(t, fmt.Sprintf("resources with %d nodes more", n), len(s.resources()), len(whole)+n)
	}
}

// Pages that lead nowhere, or lose what follows, never make a picture.
func TestWrongPages(t *testing.T) {
	for name, fault := range map[string]awstest.Fault{
		"a loop": awstest.Loop, "no token": awstest.NoToken, "no list": awstest.Body("{}"),
		"null": awstest.Body(`{"virtualNodes": null}`), "two values": awstest.Body(`{"virtualNodes": []} {}`),
		"an empty entry": awstest.Body(`{"virtualNodes": [{}]}`),
		"another mesh's": awstest.Body(`{"virtualNodes": [{"arn": "a", "meshName": "bank", "meshOwner": "1",
			"virtualNodeName": "n", "version": 1}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			s := play(t, Config{})
			s.addNodes(250)
			s.aws.Fail(fault, "appmesh:ListVirtualNodes")
			s.round()
			expect(t, "resources", len(s.resources()), 0)
			expect(t, "state", s.state(), "SourceUnavailable SourceUnavailable")
			expect(t, "class", s.class(SourceAppMesh), ClassUnknown)
		})
	}
}

// A list that lacks a resource which AWS still describes does not end it.
func TestListLacksWhatExists(t *testing.T) {
	s := play(t, Config{})
	s.round()
	s.aws.Fail(awstest.Body(`{"virtualNodes": []}`), "appmesh:ListVirtualNodes")
	s.round()
	expect(t, "resources", s.resources(), whole)
	expect(t, "recent", len(s.sweep(key("shop")).Recent), 0)
}

// What has not changed is not described again; what was made anew under its old
// name is, though its version is the same.
func TestOnlyChangesAreDescribed(t *testing.T) {
	s := play(t, Config{})
	s.round()
	s.aws.Calls()
	s.round()
	expect(t, "steady", describes(s.aws.Calls()), 0)
	s.aws.Put(awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: "cart_shop", Spec: `{"backends":[]}`})
	s.round()
	expect(t, "one changed", describes(s.aws.Calls()), 1)
	expect(t, "spec", s.node().Spec, `{"backends":[]}`)
	s.aws.Delete(nodeARN)
	s.aws.Put(awstest.Resource{
		Type: "virtualNode", Mesh: "shop", Name: "cart_shop", Created: s.node().Created.AddDate(0, 0, 1),
	})
	s.aws.Put(awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: "cart_shop"})
	s.round()
	expect(t, "made anew", describes(s.aws.Calls()), 1)
	expect(t, "version", s.node().Version, 2)
	expect(t, "spec", s.node().Spec, `{}`)
}
