package cli

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"k8s.io/utils/clock"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// play is a story with two scenes between which it turns. What the reports say
// in each is taken from an operator that starts in it and meets no fault; one
// that met faults must come to say the same.
type play struct {
	*cluster
	*meddler

	lease    *meddler // of requests for the Lease
	operator *replica
	// shop is the same in both scenes, bank is not, annex is audited in the
	// second one only. Nothing but marker's report tells of marker.
	shop, bank, annex, marker string

	scene  int
	scenes [2]state // all reports but the marker's
	seen   since    // of the shop
	marks  int
	guests int // namespaces that belong to no scene
	// touches counts changes that change nothing.
	touches atomic.Int64
	kinds   []string // resources that are watched, our own apart
}

// quick are the flags of an operator that suffers one fault after another.
var quick = []string{"--retry=400ms"}

// perform begins a story with an operator that has these flags.
func perform(t *testing.T, flags ...string) *play {
	t.Helper()
	c := newCluster(t)
	p := &play{
		cluster: c, meddler: newMeddler(), lease: newMeddler(),
		scene: 1, // so that the second policy of the bank is younger than the first: ages count in seconds
		shop:  c.Namespace(t), bank: c.Namespace(t), annex: c.Namespace(t), marker: c.Namespace(t),
	}
	p.build(t)
	p.age(t)
	for range p.scenes {
		p.turn(t)
		p.scenes[p.scene] = p.fresh(t)
	}
	p.operator = p.open(t, flags...)
	p.settled(t)
	p.seen, p.kinds = p.shopSeen(t), p.audited(t)
	if len(p.seen) < 4 || p.scenes[0].differs(p.scenes[1]) == nil {
		t.Fatalf("the story is too tame: %v", p.scenes)
	}
	return p
}

// open starts an operator behind the meddler.
func (p *play) open(t *testing.T, flags ...string) *replica {
	t.Helper()
	r := p.operate(t, append(slices.Clone(quick), flags...)...)
	r.through(func(next http.Handler) http.Handler { return p.layer(p.lease.layer(next)) })
	return r
}

// build makes what is the same in both scenes.
func (p *play) build(t *testing.T) {
	t.Helper()
	p.applyText(t, p.shop, route("pay", "pay", "pey"))
	p.applyText(t, p.shop, peerPolicy("one", "STRICT"))
	p.applyText(t, p.shop, peerPolicy("two", "DISABLE"))
	p.applyText(t, p.shop, meshPod)
	p.applyText(t, p.bank, route("cart", "cart", "kart"))
	p.applyText(t, p.bank, peerPolicy("one", "STRICT"))
	p.applyText(t, p.annex, route("cart", "cart", "kart"))
	p.applyText(t, p.marker, route("mark", "mark", "mark-0"))
}

// age waits until what is made now is younger than what there is, also in
// seconds, in which the API server counts.
func (*play) age(t *testing.T) {
	t.Helper()
	from := clock.RealClock{}.Now().Unix()
	envtesting.WaitFor(t, func() error {
		if (clock.RealClock{}).Now().Unix() == from {
			return errors.New("the same second")
		}
		return nil
	})
}

// turn changes the scene: objects of several kinds, and the policy.
func (p *play) turn(t *testing.T) {
	t.Helper()
	p.scene = 1 - p.scene
	audited := []string{p.shop, p.bank, p.marker, p.marker + "-*"}
	if p.scene == 0 {
		p.applyText(t, p.bank, service("kart"))
		p.remove(t, "security.istio.io/v1", "PeerAuthentication", p.bank, "two")
		p.remove(t, "v1", "Pod", p.bank, "web")
		p.applyText(t, p.bank, route("save", "save", "safe"))
		p.applyText(t, "", namespaceText(p.bank, `{istio-injection: enabled, istio.io/rev: canary}`))
	} else {
		audited = append(audited, p.annex)
		p.remove(t, "v1", "Service", p.bank, "kart")
		p.applyText(t, p.bank, peerPolicy("two", "PERMISSIVE"))
		p.applyText(t, p.bank, meshPod)
		p.applyText(t, p.bank, route("save", "save", "seef"))
		p.applyText(t, "", namespaceText(p.bank, `{istio-injection: disabled}`))
	}
	p.setPolicy(t, policySpec(t, fmt.Sprintf(`
namespaces: {include: {names: [%s]}}
reports: {quietPeriod: 20ms, minWriteInterval: 50ms}`, strings.Join(audited, ", "))))
}

func namespaceText(name, labels string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: %s}", name, labels)
}

// fresh is what an operator says that begins here and now.
func (p *play) fresh(t *testing.T) state {
	t.Helper()
	p.forget(t)
	r := p.operate(t)
	r.settle(t)
	r.stop()
	return p.now(t)
}

// differs tells how the reports differ from those of a fresh start in a scene.
func (p *play) differs(t *testing.T, scene int) error {
	t.Helper()
	got, want := p.now(t), p.scenes[scene]
	var all []error
	for _, namespace := range []string{"", p.shop, p.bank, p.annex} {
		if namespace == "" && p.guests > 0 {
			continue
		}
		is, ok := got[namespace]
		if fresh, wanted := want[namespace]; ok || wanted {
			all = append(all, state{namespace: is}.differs(state{namespace: fresh}))
		}
	}
	return errors.Join(all...)
}

// now is what all reports say, but those of the marker and of guests, which
// count in the cluster's totals.
func (p *play) now(t *testing.T) state {
	t.Helper()
	s := p.state(t)
	maps.DeleteFunc(s, func(namespace, _ string) bool { return strings.HasPrefix(namespace, p.marker) })
	return s
}
