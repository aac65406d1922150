package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// decode makes a resource of the body of the answer that describes it. What is
// not whole, or is about another thing, is refused: it never becomes a resource
// that lacks something.
func decode(body []byte, of item) (*kinds.AWSResource, error) {
	var whole map[string]json.RawMessage
	if err := strictly(body, &whole); err != nil {
		return nil, malformed("The description of %s is not what App Mesh promises", of.arn)
	}
	r, err := kinds.NewAWSResource(of.kind, body)
	if err != nil {
		return nil, malformed("The description of %s is not what App Mesh promises: %s", of.arn, printable(err.Error()))
	}
	if r.ARN != of.arn || r.Mesh != of.meshKey() || r.Name != of.name || r.Parent != of.parent {
		return nil, malformed("Asked for %s, App Mesh describes another resource", of.arn)
	}
	return r, nil
}

var errTrailing = errors.New("something follows the value")

// strictly decodes one value of JSON that nothing follows.
func strictly(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errTrailing
	}
	return nil
}

// seconds are a time in seconds since 1970, with milliseconds.
type seconds float64

func (s seconds) time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(s * 1000)).UTC()
}
