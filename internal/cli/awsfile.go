package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/cloud"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

const (
	snapshotVersion = "aws.meshaudit.io/v1alpha1"
	snapshotKind    = "Snapshot"
)

// awsFile is what AWS said at one time, as a file. It holds no secret: what AWS
// describes, and how its parts answered.
type awsFile struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Sources    []sourceDocument  `json:"sources"`
	States     []stateDocument   `json:"states"`
	Items      []json.RawMessage `json:"items"` // see [kinds.AWSDocument]
}

type sourceDocument struct {
	Name        string      `json:"name"`
	Region      string      `json:"region,omitempty"`
	Class       cloud.Class `json:"class"`
	Message     string      `json:"message,omitempty"`
	LastSuccess time.Time   `json:"lastSuccess,omitzero"`
}

// stateDocument is the availability of a kind, or of a mesh of it.
type stateDocument struct {
	Kind  inventory.Kind `json:"kind"`
	Scope string         `json:"scope,omitempty"`
	State string         `json:"state"`
}

// encodeAWS makes a file of what was read; equal pictures make equal files.
func encodeAWS(b inventory.Batch, sources []cloud.Status) ([]byte, error) {
	f := awsFile{APIVersion: snapshotVersion, Kind: snapshotKind, Items: []json.RawMessage{}}
	for _, s := range sources {
		f.Sources = append(f.Sources, sourceDocument(s))
	}
	for _, s := range b.States {
		f.States = append(f.States, stateDocument{s.Kind, s.Scope, s.State.String()})
	}
	slices.SortFunc(f.States, func(a, b stateDocument) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Scope, b.Scope))
	})
	for _, ref := range slices.SortedFunc(maps.Keys(b.Objects), inventory.Ref.Compare) {
		if b.Objects[ref].Value == nil {
			continue // read by one sweep and gone in the next
		}
		item, err := kinds.AWSDocument(b.Objects[ref])
		if err != nil {
			return nil, fmt.Errorf("write down %s: %w", ref, err)
		}
		f.Items = append(f.Items, item)
	}
	text, err := json.MarshalIndent(f, "", " ")
	return append(text, '\n'), err
}

// decodeAWS is the inverse of [encodeAWS].
func decodeAWS(text []byte) (inventory.Batch, []cloud.Status, error) {
	var f awsFile
	var b inventory.Batch
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return b, nil, fmt.Errorf("no snapshot of AWS: %w", err)
	}
	if f.APIVersion != snapshotVersion || f.Kind != snapshotKind {
		return b, nil, fmt.Errorf("holds %q of %q, want %q of %q", f.Kind, f.APIVersion, snapshotKind, snapshotVersion)
	}
	for _, s := range f.States {
		state, err := parseState(s)
		if err != nil {
			return b, nil, err
		}
		b.SetState(s.Kind, s.Scope, state)
	}
	for i, raw := range f.Items {
		o, err := decodeItem(raw)
		if err != nil {
			return b, nil, fmt.Errorf("items[%d]: %w", i, err)
		}
		b.Put(o)
	}
	sources := make([]cloud.Status, 0, len(f.Sources))
	for _, s := range f.Sources {
		sources = append(sources, cloud.Status(s))
	}
	return b, sources, nil
}

func parseState(s stateDocument) (inventory.State, error) {
	if !ofAWS(s.Kind) {
		return 0, fmt.Errorf("%q is no kind of AWS", s.Kind)
	}
	for state := inventory.NotSynced; state <= inventory.Last; state++ {
		if state.String() == s.State {
			return state, nil
		}
	}
	return 0, fmt.Errorf("%q is no state of a kind", s.State)
}

func decodeItem(raw []byte) (*inventory.Object, error) {
	var header struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := json.Unmarshal(raw, &header); err != nil {
		return nil, err
	}
	o, err := kinds.Decode(header.APIVersion, header.Kind, raw)
	switch {
	case err != nil:
		return nil, err
	case !ofAWS(o.Ref.Kind):
		return nil, fmt.Errorf("%s is not of AWS", o.Ref)
	case o.Ref.Name == "":
		return nil, fmt.Errorf("a %s without a name", header.Kind)
	}
	return o, nil
}

func ofAWS(k inventory.Kind) bool {
	row, ok := kinds.Lookup(k)
	return ok && row.Cloud
}
