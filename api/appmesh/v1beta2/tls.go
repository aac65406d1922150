package v1beta2

// The modes of a listener's TLS.
const (
	TLSModeDisabled   = "DISABLED"
	TLSModePermissive = "PERMISSIVE"
	TLSModeStrict     = "STRICT"
)

// ListenerTLS is what a listener offers and asks for.
type ListenerTLS struct {
	// Mode is one of the TLSMode constants.
	Mode        string      `json:"mode,omitempty"`
	Certificate Certificate `json:"certificate,omitzero"`
	// Validation asks clients for a certificate. Its Trust.ACM is accepted on a
	// VirtualGateway and then dropped by the controller.
	Validation *TLSValidation `json:"validation,omitempty"`
}

// Certificate is one certificate. Exactly one field should be set, which the
// CRD does not check; a client's has no ACM.
type Certificate struct {
	ACM  *ACMCertificate  `json:"acm,omitempty"`
	File *FileCertificate `json:"file,omitempty"`
	SDS  *SDSSecret       `json:"sds,omitempty"`
}

// ACMCertificate is a certificate in AWS Certificate Manager.
type ACMCertificate struct {
	CertificateARN string `json:"certificateARN,omitempty"`
}

// FileCertificate is a certificate in files of the proxy's container.
type FileCertificate struct {
	CertificateChain string `json:"certificateChain,omitempty"`
	PrivateKey       string `json:"privateKey,omitempty"`
}

// SDSSecret is a certificate or trust that the secret discovery service has
// under a name.
type SDSSecret struct {
	SecretName string `json:"secretName,omitempty"`
}

// TLSValidation says which certificates of the other side are accepted.
type TLSValidation struct {
	Trust TLSTrust `json:"trust,omitzero"`
	// SubjectAlternativeNames are the names accepted; missing means the name
	// that the peer was discovered by.
	SubjectAlternativeNames *SubjectAlternativeNames `json:"subjectAlternativeNames,omitempty"`
}

// TLSTrust is where trusted authorities come from. Exactly one field should be
// set, which the CRD does not check.
type TLSTrust struct {
	ACM  *ACMTrust  `json:"acm,omitempty"`
	File *FileTrust `json:"file,omitempty"`
	SDS  *SDSSecret `json:"sds,omitempty"`
}

// ACMTrust is trust in private authorities of AWS.
type ACMTrust struct {
	CertificateAuthorityARNs []string `json:"certificateAuthorityARNs,omitempty"`
}

// FileTrust is trust in the authorities of a file of the proxy's container.
type FileTrust struct {
	CertificateChain string `json:"certificateChain,omitempty"`
}

// SubjectAlternativeNames are names in a certificate.
type SubjectAlternativeNames struct {
	Match SubjectAlternativeNameMatch `json:"match,omitzero"`
}

// SubjectAlternativeNameMatch matches any of its names.
type SubjectAlternativeNameMatch struct {
	Exact []string `json:"exact,omitempty"`
}

// BackendDefaults holds for every backend that has no policy of its own.
type BackendDefaults struct {
	ClientPolicy *ClientPolicy `json:"clientPolicy,omitempty"`
}

// ClientPolicy is how a proxy calls a backend.
type ClientPolicy struct {
	TLS *ClientTLS `json:"tls,omitempty"`
}

// ClientTLS is what a proxy offers to, and asks from, a backend.
type ClientTLS struct {
	// Enforce refuses backends without TLS; missing means true.
	Enforce *bool `json:"enforce,omitempty"`
	// Ports limits the policy to these ports of the backend; empty means all.
	Ports       []int64       `json:"ports,omitempty"`
	Certificate *Certificate  `json:"certificate,omitempty"`
	Validation  TLSValidation `json:"validation,omitzero"`
}
