package audit_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// program is the dice of a fuzz input: each throw takes two bytes of it. When
// none is left, it goes on like any dice.
type program struct {
	rest []byte
	then *rand.PCG
}

// Uint64 implements [rand.Source].
func (p *program) Uint64() uint64 {
	if len(p.rest) < 2 {
		return p.then.Uint64()
	}
	v := uint64(p.rest[0])<<8 | uint64(p.rest[1])
	p.rest = p.rest[2:]
	return v<<48 | v<<32 | v<<16 | v
}

func throws(bytes []byte) *rand.Rand {
	return rand.New(&program{rest: bytes, then: rand.NewPCG(1, 2)})
}

// FuzzEngine has the input make up a story about a fixture: no check panics,
// none goes on for ever, and incremental equals from scratch after each step.
func FuzzEngine(f *testing.F) {
	worlds := fixtureWorlds(f)
	for i := range worlds {
		f.Add(uint8(i), []byte{byte(i), 0, 60, byte(7 * i), 130, byte(3 * i), 180, 9, 200, byte(i), 240, 1, 20, 200, 90, 7})
	}
	f.Fuzz(func(t *testing.T, world uint8, bytes []byte) {
		if len(bytes) > 400 {
			return
		}
		a := newAuthor(throws(bytes), worlds[int(world)%len(worlds)])
		expectLaws(t, a.write("of the input", 1+len(bytes)/12))
	})
}

// FuzzMeshConfig puts any text into the mesh's ConfigMap, and takes it out
// again.
func FuzzMeshConfig(f *testing.F) {
	world := append(everyKind(f), fixturesOf(f, "observability")...)
	for _, doc := range append(fixturesOf(f, "*"), world...) {
		if config, ok := field(doc, "data", kinds.MeshConfigKey).(string); ok {
			networks, _ := field(doc, "data", "meshNetworks").(string)
			f.Add(config, networks)
		}
	}
	f.Add("rootNamespace: shop\ntrustDomain: a\ndiscoverySelectors: [{matchLabels: {a: b}}]", "networks: {a: {endpoints: [{fromRegistry: x}]}}")
	f.Fuzz(func(t *testing.T, config, networks string) {
		a := newAuthor(throws(nil), world)
		s := a.write("of the input", 0)
		raw, err := json.Marshal(map[string]any{
			"metadata": map[string]string{"name": "istio", "namespace": "istio-system"},
			"data":     map[string]string{kinds.MeshConfigKey: config, "meshNetworks": networks},
		})
		if err != nil {
			t.Fatal(err)
		}
		o, err := kinds.Decode("v1", "ConfigMap", raw)
		if err != nil {
			t.Fatal(err)
		}
		if c := kinds.ConfigMaps.Of(o); c == nil || c.Mesh == nil && o.Fault == nil {
			t.Fatalf("neither a MeshConfig nor a fault: %+v", o)
		}
		put := edit{put: o, manifest: string(raw)}
		s.steps = append(s.steps, step{edits: []edit{put}}, step{edits: s.steps[0].edits})
		if d := s.tell(analyzers.All, always); d != "" {
			t.Errorf("%q, %q: %s", config, networks, d)
		}
	})
}

// TestTheSeedsOfFuzzEngineTellStories: the corpus is about something.
func TestTheSeedsOfFuzzEngineTellStories(t *testing.T) {
	a := newAuthor(throws([]byte{1, 2, 250, 9, 30, 30}), everyKind(t))
	s := a.write("of a seed", 4)
	if len(s.steps) != 5 || s.edits() < len(a.pristine) {
		t.Errorf("%s", s)
	}
}
