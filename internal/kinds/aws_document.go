package kinds

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// The documents of a snapshot, other than that of a resource, which holds the
// description under the name of its type, as `aws appmesh describe-…` prints it.
type (
	awsHeader struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Metadata   struct {
			Name      string `json:"name"`
			Namespace string `json:"namespace,omitempty"`
		} `json:"metadata"`
	}
	sweepDocument struct {
		awsHeader
		Region   string   `json:"region,omitempty"`
		Began    awsTime  `json:"began,omitzero"`
		Previous awsTime  `json:"previous,omitzero"`
		Recent   []string `json:"recent,omitempty"`
		New      []string `json:"new,omitempty"`
		Listed   []string `json:"listed,omitempty"`
	}
	deniedDocument struct {
		awsHeader
		Message string `json:"message"`
	}
	certificateDocument struct {
		awsHeader
		Missing     bool            `json:"missing,omitempty"`
		Certificate *acmCertificate `json:"certificate,omitempty"`
	}
	// acmCertificate is what `aws acm describe-certificate` prints.
	acmCertificate struct {
		CertificateArn          string   `json:"CertificateArn"`
		DomainName              string   `json:"DomainName,omitempty"`
		SubjectAlternativeNames []string `json:"SubjectAlternativeNames,omitempty"`
		Type                    string   `json:"Type,omitempty"`
		Status                  string   `json:"Status,omitempty"`
		NotAfter                awsTime  `json:"NotAfter,omitzero"`
		RenewalEligibility      string   `json:"RenewalEligibility,omitempty"`
	}
	identityDocument struct {
		awsHeader
		Account string `json:"account"`
		Region  string `json:"region,omitempty"`
	}
)

// AWSDocument is an object of one of AWS's kinds as the JSON document of a
// snapshot, of which [Decode] makes the same object again.
func AWSDocument(o *inventory.Object) ([]byte, error) {
	h := awsHeader{Kind: o.Ref.Kind.Short()}
	if row, ok := Lookup(o.Ref.Kind); ok {
		h.APIVersion = row.APIVersion()
	}
	h.Metadata.Name, h.Metadata.Namespace = o.Ref.Name, o.Ref.Namespace
	switch v := o.Value.(type) {
	case *AWSResource:
		return json.Marshal(map[string]any{
			"apiVersion": h.APIVersion, "kind": h.Kind, "metadata": h.Metadata, v.Type: v.body(),
		})
	case *AWSSweep:
		return json.Marshal(sweepDocument{
			awsHeader: h, Region: v.Region, Began: awsTime{v.Began}, Previous: awsTime{v.Previous},
			Recent: v.Recent, New: v.New, Listed: v.Listed,
		})
	case *AWSMeshDenied:
		return json.Marshal(deniedDocument{awsHeader: h, Message: v.Message})
	case *AWSCertificate:
		return json.Marshal(certificateDocument{awsHeader: h, Missing: v.Missing, Certificate: v.body()})
	case *AWSIdentity:
		return json.Marshal(identityDocument{awsHeader: h, Account: v.Account, Region: v.Region})
	}
	return nil, fmt.Errorf("%s is not of AWS", o.Ref)
}

// body is the description of which the resource was made, as far as it is kept.
func (r *AWSResource) body() map[string]any {
	b := awsBody{MeshName: strings.TrimSuffix(r.Mesh, "@"+r.MeshOwner), Spec: json.RawMessage(r.Spec)}
	b.Metadata = awsMetadata{
		ARN: r.ARN, CreatedAt: awsTime{r.Created}, LastUpdatedAt: awsTime{r.Updated},
		MeshOwner: r.MeshOwner, ResourceOwner: r.ResourceOwner, Version: r.Version,
	}
	b.Status.Status = r.Status
	out := map[string]any{
		"meshName": b.MeshName, "metadata": b.Metadata, "spec": b.Spec, "status": b.Status, r.Type + "Name": r.Name,
	}
	if parent := awsParents[r.Type]; parent != "" {
		out[parent+"Name"] = r.Parent
	}
	return out
}

func (c *AWSCertificate) body() *acmCertificate {
	if c.Missing {
		return nil
	}
	return &acmCertificate{
		CertificateArn: c.ARN, SubjectAlternativeNames: c.Names, Type: c.Type, Status: c.Status,
		NotAfter: awsTime{c.NotAfter}, RenewalEligibility: c.Renewal,
	}
}
