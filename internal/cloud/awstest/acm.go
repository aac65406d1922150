package awstest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Certificate is one of ACM.
type Certificate struct {
	ARN string
	// Type and Status as ACM names them: PRIVATE and ISSUED if empty.
	Type, Status string
	NotAfter     time.Time
	// Names are the domain name and the alternative ones.
	Names []string
}

// CertificateARN is that of a certificate of the caller in the region.
func CertificateARN(id string) string {
	return "arn:aws:acm:" + Region + ":" + Account + ":certificate/" + id
}

// PutCertificate adds a certificate, or replaces it.
func (s *Server) PutCertificate(c Certificate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.certificates[c.ARN] = c
}

// servePost answers ACM and STS, which have but one path.
func (s *Server) servePost(w http.ResponseWriter, r *http.Request) {
	switch target := r.Header.Get("X-Amz-Target"); {
	case target == "CertificateManager.DescribeCertificate":
		s.answer(w, r, "acm:DescribeCertificate", s.describeCertificate)
	case target == "" && r.FormValue("Action") == "GetCallerIdentity":
		s.answer(w, r, "sts:GetCallerIdentity", callerIdentity)
	default:
		s.answer(w, r, "unknown:"+target+r.FormValue("Action"), http.NotFound)
	}
}

func (s *Server) describeCertificate(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ARN string `json:"CertificateArn"`
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	s.mu.Lock()
	c, found := s.certificates[in.ARN]
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if err != nil || !found {
		Refuse(w, http.StatusBadRequest, "ResourceNotFoundException", "Could not find certificate")
		return
	}
	detail := map[string]any{
		"CertificateArn": c.ARN, "Type": cmp.Or(c.Type, "PRIVATE"), "Status": cmp.Or(c.Status, "ISSUED"),
		"SubjectAlternativeNames": c.Names, "RenewalEligibility": "ELIGIBLE",
	}
	if len(c.Names) > 0 {
		detail["DomainName"] = c.Names[0]
	}
	if !c.NotAfter.IsZero() {
		detail["NotAfter"] = stamp(c.NotAfter)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"Certificate": detail}) //nolint:errchkjson // who asks has gone
}

func callerIdentity(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">`+
		`<GetCallerIdentityResult>`+
		`<Arn>arn:aws:sts::%[1]s:assumed-role/audit/session</Arn><UserId>AROA:session</UserId><Account>%[1]s</Account>`+
		`</GetCallerIdentityResult></GetCallerIdentityResponse>`, Account)
}
