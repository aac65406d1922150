package kinds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// AWSTypes are the types of App Mesh's resources.
var AWSTypes = []string{
	AWSTypeMesh, AWSTypeVirtualNode, AWSTypeVirtualService, AWSTypeVirtualRouter, AWSTypeRoute,
	AWSTypeVirtualGateway, AWSTypeGatewayRoute,
}

// awsParents are the types of what resources of a type hang on, apart from the mesh.
var awsParents = map[string]string{
	AWSTypeRoute: AWSTypeVirtualRouter, AWSTypeGatewayRoute: AWSTypeVirtualGateway,
}

// awsBody is what the descriptions of all types have in common.
type awsBody struct {
	MeshName string          `json:"meshName"`
	Metadata awsMetadata     `json:"metadata"`
	Spec     json.RawMessage `json:"spec"`
	Status   struct {
		Status string `json:"status"`
	} `json:"status"`
}

type awsMetadata struct {
	ARN           string  `json:"arn"`
	CreatedAt     awsTime `json:"createdAt,omitzero"`
	LastUpdatedAt awsTime `json:"lastUpdatedAt,omitzero"`
	MeshOwner     string  `json:"meshOwner"`
	ResourceOwner string  `json:"resourceOwner"`
	Version       int64   `json:"version"`
}

// NewAWSResource makes a resource of the body with which AWS describes one of
// the type: the bare object, as the API answers. The error says what it lacks.
func NewAWSResource(typ string, body []byte) (*AWSResource, error) {
	var b awsBody
	var names map[string]any
	if err := errors.Join(json.Unmarshal(body, &b), json.Unmarshal(body, &names)); err != nil {
		return nil, err
	}
	spec, err := canonical(b.Spec)
	if err != nil {
		return nil, err
	}
	name, _ := names[typ+"Name"].(string)
	parent, _ := names[awsParents[typ]+"Name"].(string)
	m := &b.Metadata
	for field, v := range map[string]string{
		"meshName": b.MeshName, typ + "Name": name, "metadata.arn": m.ARN, "metadata.meshOwner": m.MeshOwner,
		"status.status": b.Status.Status,
	} {
		if v == "" {
			return nil, fmt.Errorf("a %s without %s", typ, field)
		}
	}
	if (awsParents[typ] != "") != (parent != "") {
		return nil, fmt.Errorf("a %s without %sName", typ, awsParents[typ])
	}
	return &AWSResource{
		ARN: m.ARN, Mesh: AWSMeshKey(b.MeshName, m.MeshOwner), Type: typ, Name: name, Parent: parent,
		MeshOwner: m.MeshOwner, ResourceOwner: m.ResourceOwner, Version: m.Version,
		Created: m.CreatedAt.Time, Updated: m.LastUpdatedAt.Time, Status: b.Status.Status, Spec: spec,
	}, nil
}

// canonical is the text of a JSON object with sorted keys and no spaces.
func canonical(raw []byte) (string, error) {
	var tree map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil || tree == nil {
		return "", errors.New("the spec is no object")
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(tree)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// awsTime is a moment as the API gives it, in seconds since 1970, or as text.
type awsTime struct{ time.Time }

// UnmarshalJSON reads either form.
func (t *awsTime) UnmarshalJSON(raw []byte) error {
	var seconds float64
	if string(raw) == "null" {
		return nil
	}
	if json.Unmarshal(raw, &seconds) != nil {
		if err := json.Unmarshal(raw, &t.Time); err != nil {
			return err
		}
		t.Time = t.UTC()
		return nil
	}
	const most = 1e11 // milliseconds are no seconds
	if seconds < 0 || seconds > most {
		return fmt.Errorf("%s seconds since 1970 are no time", raw)
	}
	t.Time = time.UnixMilli(int64(seconds * 1000)).UTC()
	return nil
}

func decodeAWSResource(raw []byte) (*AWSResource, error) {
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	var out *AWSResource
	for _, typ := range AWSTypes {
		body, ok := doc[typ]
		if !ok {
			continue
		}
		r, err := NewAWSResource(typ, body)
		if err != nil || out != nil {
			return nil, errors.Join(err, moreThanOne(out))
		}
		out = r
	}
	if out == nil {
		return nil, fmt.Errorf("none of %s is there", strings.Join(AWSTypes, ", "))
	}
	return out, nil
}

func moreThanOne(r *AWSResource) error {
	if r == nil {
		return nil
	}
	return errors.New("more than one resource in one document")
}

func decodeAWSSweep(raw []byte) (*AWSSweep, error) {
	var doc sweepDocument
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	for _, list := range [][]string{doc.Recent, doc.New, doc.Listed} {
		slices.Sort(list)
	}
	return &AWSSweep{
		Mesh: doc.Metadata.Name, Region: doc.Region, Began: doc.Began.Time, Previous: doc.Previous.Time,
		Recent: doc.Recent, New: doc.New, Listed: doc.Listed,
	}, nil
}

func decodeAWSDenied(raw []byte) (*AWSMeshDenied, error) {
	var doc deniedDocument
	err := json.Unmarshal(raw, &doc)
	return &AWSMeshDenied{Mesh: doc.Metadata.Name, Message: doc.Message}, err
}

func decodeAWSCertificate(raw []byte) (*AWSCertificate, error) {
	var doc certificateDocument
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	c := doc.Certificate
	if c == nil {
		if !doc.Missing {
			return nil, errors.New("neither certificate nor missing: true is there")
		}
		return &AWSCertificate{ARN: doc.Metadata.Name, Missing: true}, nil
	}
	if c.CertificateArn == "" {
		return nil, errors.New("a certificate without CertificateArn")
	}
	return NewAWSCertificate(c.CertificateArn, c.Type, c.Status, c.NotAfter.Time, c.RenewalEligibility,
		append(slices.Clone(c.SubjectAlternativeNames), c.DomainName)), nil
}

// NewAWSCertificate is a certificate as ACM describes it. Names may hold empty
// ones and repeat themselves.
func NewAWSCertificate(arn, typ, status string, notAfter time.Time, renewal string, names []string) *AWSCertificate {
	c := &AWSCertificate{ARN: arn, Type: typ, Status: status, NotAfter: notAfter.UTC(), Renewal: renewal}
	for _, n := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if n != "" {
			c.Names = append(c.Names, n)
		}
	}
	return c
}

func decodeAWSIdentity(raw []byte) (*AWSIdentity, error) {
	var doc identityDocument
	err := json.Unmarshal(raw, &doc)
	return &AWSIdentity{Account: doc.Account, Region: doc.Region}, err
}

// awsRefOf names an object that does not decode.
func awsRefOf(info *inventory.KindInfo, raw []byte) inventory.Ref {
	ref := refOf(info, raw)
	if info.Namespaced && info != awsResourceInfo {
		ref.Namespace = ref.Name
	}
	return ref
}
