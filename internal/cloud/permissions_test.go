package cloud

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
)

// withCertificate is a node whose listener names a certificate of ACM.
func withCertificate(name, arn string) awstest.Resource {
	return awstest.Resource{
		Type: "virtualNode", Mesh: "shop", Name: name,
		Spec: `{"listeners":[{"tls":{"mode":"STRICT","certificate":{"acm":{"certificateArn":"` + arn + `"}}}}]}`,
	}
}

// A full run asks for what config/aws allows, and for all of it. Who asks
// needs no right.
func TestAsksWhatTheIAMPolicyAllows(t *testing.T) {
	s := play(t, Config{Certificates: true})
	s.aws.Put(withCertificate("tls", awstest.CertificateARN("one")))
	s.round()
	s.aws.Delete(nodeARN)
	s.round()
	s.aws.Delete(awstest.Resource{Type: "mesh", Mesh: "shop"}.ARN())
	s.round()
	asked := append(s.aws.Calls(), s.aws.Calls()...)
	slices.Sort(asked)
	allowed := append(actions(t, "policy.json"), actions(t, "policy-certificates.json")...)
	allowed = append(allowed, "sts:GetCallerIdentity")
	slices.Sort(allowed)
	expect(t, "asked", slices.Compact(asked), allowed)
}

// Without certificates, the second file is not needed.
func TestAsksNoCertificateUnlessToldTo(t *testing.T) {
	s := play(t, Config{})
	s.aws.Put(withCertificate("tls", awstest.CertificateARN("one")))
	s.round()
	for _, call := range s.aws.Calls() {
		if !slices.Contains(append(actions(t, "policy.json"), "sts:GetCallerIdentity"), call) {
			t.Errorf("%s is not in policy.json", call)
		}
	}
	expect(t, "class", s.class(SourceACM), ClassOff)
}

func actions(t *testing.T, file string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "config", "aws", file))
	if err != nil {
		t.Fatal(err)
	}
	var policy struct {
		Statement []struct {
			Effect string   `json:"Effect"`
			Action []string `json:"Action"`
		} `json:"Statement"`
	}
	if err := json.Unmarshal(raw, &policy); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range policy.Statement {
		expect(t, "effect", s.Effect, "Allow")
		out = append(out, s.Action...)
	}
	return out
}
