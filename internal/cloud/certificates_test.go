package cloud

import (
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/cloud/awstest"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

func (s *scene) certificate(id string) *kinds.AWSCertificate {
	return kinds.AWSCertificates.Get(s.store, "", awstest.CertificateARN(id))
}

func (s *scene) certificateState(id string) inventory.State {
	return s.store.State(kinds.AWSCertificates.Name, awstest.CertificateARN(id))
}

func (s *scene) acmCalls() (n int) {
	for _, c := range s.aws.Calls() {
		if c == "acm:DescribeCertificate" {
			n++
		}
	}
	return n
}

// The certificates that listeners name are asked for when they are new, and
// once an hour after that. One that ACM does not know is told of.
func TestCertificates(t *testing.T) {
	s := play(t, Config{Certificates: true})
	expires := start.AddDate(0, 0, 20)
	s.aws.PutCertificate(awstest.Certificate{ARN: awstest.CertificateARN("a"), NotAfter: expires, Names: []string{"b.shop", "a.shop"}})
	s.aws.Put(withCertificate("a", awstest.CertificateARN("a")))
	s.aws.Put(withCertificate("b", awstest.CertificateARN("b")))
	s.aws.Put(withCertificate("far", "arn:aws:acm:us-east-1:111122223333:certificate/far"))
	s.round()
	expect(t, "calls", s.acmCalls(), 2)
	expect(t, "a", *s.certificate("a"), kinds.AWSCertificate{
		ARN: awstest.CertificateARN("a"), Type: "PRIVATE", Status: "ISSUED", NotAfter: expires, Renewal: "ELIGIBLE",
		Names: []string{"a.shop", "b.shop"},
	})
	expect(t, "b", *s.certificate("b"), kinds.AWSCertificate{ARN: awstest.CertificateARN("b"), Missing: true})
	expect(t, "states", []any{s.certificateState("a"), s.certificateState("b"), s.class(SourceACM)},
		[]any{inventory.Listed, inventory.Listed, ClassAvailable})
	s.aws.Put(withCertificate("c", awstest.CertificateARN("c")))
	s.round()
	expect(t, "a new one", s.acmCalls(), 1)
	s.aws.Delete(awstest.Resource{Type: "virtualNode", Mesh: "shop", Name: "b"}.ARN())
	s.clock.Step(2 * time.Hour)
	s.round()
	expect(t, "after more than an hour", s.acmCalls(), 2)
	expect(t, "nobody names b", s.certificate("b") == nil, true)
}

// ACM fails alone: App Mesh is read, and what ACM told stays.
func TestACMFailsAlone(t *testing.T) {
	s := play(t, Config{Certificates: true})
	s.aws.PutCertificate(awstest.Certificate{ARN: awstest.CertificateARN("a")})
	s.aws.Put(withCertificate("a", awstest.CertificateARN("a")))
	s.round()
	s.clock.Step(2 * time.Hour)
	s.aws.Fail(awstest.Status(503), "acm:DescribeCertificate")
	s.round()
	expect(t, "classes", []any{s.class(SourceACM), s.class(SourceAppMesh)}, []any{ClassUnreachable, ClassAvailable})
	expect(t, "certificate", s.certificate("a").Status, "ISSUED")
	expect(t, "state", s.certificateState("a"), inventory.SourceUnavailable)
	s.aws.Heal()
	s.clock.Step(time.Hour)
	s.round()
	expect(t, "healed", []any{s.class(SourceACM), s.certificateState("a")}, []any{ClassAvailable, inventory.Listed})
}

// A certificate that may not be described says nothing of the others, and ACM
// that never answered is off.
func TestDeniedCertificate(t *testing.T) {
	s := play(t, Config{Certificates: true})
	s.aws.Put(withCertificate("a", awstest.CertificateARN("a")))
	s.aws.Fail(awstest.Refusal(400, "AccessDeniedException", "no"), "acm:DescribeCertificate")
	s.round()
	expect(t, "never answered", []any{s.certificateState("a"), s.class(SourceACM)}, []any{inventory.Off, ClassDenied})
	s.aws.PutCertificate(awstest.Certificate{ARN: awstest.CertificateARN("b")})
	s.aws.Put(withCertificate("b", awstest.CertificateARN("b")))
	s.aws.Heal()
	s.clock.Step(time.Hour)
	s.round()
	expect(t, "answered", []any{s.certificateState("a"), s.certificateState("b")}, []any{inventory.Listed, inventory.Listed})
}
