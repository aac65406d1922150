package findings_test

import (
	"slices"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

func (b *book) expires(want time.Time) {
	b.Helper()
	if next := b.Expire(); !next.Equal(want) {
		b.Errorf("the next exception is over at %s, want %s", next, want)
	}
}

// At its expiry time an exception is over, and not a moment before; the report
// is told of once.
func TestAnExceptionIsOverAtItsTime(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"))
	first, second := b.now.Add(time.Hour), b.now.Add(2*time.Hour)
	e := accept("a", "*")
	e.Expires = first
	b.SetException(e)
	e.Name, e.Expires = "b", second
	b.SetException(e)
	b.SetException(accept("c", "none/*"))
	b.expires(first)

	b.now, b.changed = first.Add(-time.Nanosecond), nil
	b.expires(first)
	b.silenced("shop", "a shop/a")
	b.now = first
	b.expires(second)
	b.silenced("shop", "a shop/b")
	b.uses(use("a", findings.Expired, 0, 0), use("b", findings.Active, 1, 0), use("c", findings.Unused, 0, 0))
	if !slices.Equal(b.changed, []string{"shop"}) {
		t.Errorf("changed %q", b.changed)
	}
	b.changed = nil
	b.expires(second)
	if b.changed != nil {
		t.Errorf("changed %q, though nothing did", b.changed)
	}
	b.now = second
	b.expires(time.Time{})
	b.silenced("shop", "a ")
}

// A view never shows an exception that is over, even if nobody was told yet; who
// keeps what was shown still is.
func TestAViewKnowsTheTime(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"))
	e := accept("a", "*")
	e.Expires = b.now.Add(time.Second)
	b.SetException(e)
	b.silenced("shop", "a shop/a")
	b.now, b.changed = e.Expires, nil
	b.silenced("shop", "a ")
	b.uses(use("a", findings.Expired, 0, 0))
	if b.changed != nil {
		t.Errorf("changed %q by a view", b.changed)
	}
	if b.Expire(); !slices.Equal(b.changed, []string{"shop"}) {
		t.Errorf("changed %q", b.changed)
	}
	b.now = b.now.Add(-time.Second)
	b.expires(e.Expires)
	b.silenced("shop", "a shop/a")
}

// One that is prolonged silences again.
func TestAnExceptionIsProlonged(t *testing.T) {
	b := open(t)
	b.result("cart", found(broken, "cart", "a"))
	e := accept("a", "*")
	e.Expires = b.now.Add(-time.Minute)
	b.SetException(e)
	b.silenced("shop", "a ")
	e.Expires = b.now.Add(time.Minute)
	b.SetException(e)
	b.silenced("shop", "a shop/a")
	b.expires(e.Expires)
}

// After a restart while a kind cannot be read, nobody knows the labels of what
// was found before: the exception that the report named still silences it,
// however late it is listed, unless it says by itself that it does not.
func TestARestartKeepsWhatWasSilenced(t *testing.T) {
	selects := findings.Subject{Kind: "Route", Selects: labelled("tier", "old")}
	over := accept("old", "*", selects)
	for name, c := range map[string]struct {
		do   func(b *book)
		want string
	}{
		"not listed yet":       {func(*book) {}, "a "},
		"as it was":            {func(b *book) { b.SetException(accept("old", "*", selects)) }, "a shop/old"},
		"another one":          {func(b *book) { b.SetException(accept("odd", "*", selects)) }, "a "},
		"one for all":          {func(b *book) { b.SetException(accept("all", "*")) }, "a shop/all"},
		"about another check":  {func(b *book) { b.SetException(accept("old", "*/taste", selects)) }, "a "},
		"about another object": {func(b *book) { b.SetException(accept("old", "*", findings.Subject{Name: "till"})) }, "a "},
		"over":                 {func(b *book) { over.Expires = b.now; b.SetException(over) }, "a "},
		"refused by now": {func(b *book) {
			b.SetException(accept("old", "*", selects))
			b.SetPolicy(bounded(analysis.Low, nil))
		}, "a "},
		"gone": {func(b *book) {
			b.SetException(accept("old", "*", selects))
			b.DeleteException("shop", "old")
		}, "a "},
		"blind about it": {func(b *book) {
			b.SetException(accept("old", "*", selects))
			b.blind("cart", inventory.Forbidden, broken)
		}, "a shop/old"},
		"evaluated": {func(b *book) {
			b.SetException(accept("old", "*", selects))
			b.result("cart", found(broken, "cart", "a"))
		}, "a "},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			b.state("Route", inventory.NotSynced)
			b.Restore("shop", []findings.Finding{{
				Finding: found(broken, "cart", "a"), FirstSeen: b.now, SuppressedBy: "shop/old",
			}})
			c.do(b)
			b.silenced("shop", c.want)
		})
	}
}

// Of two runs that named an exception, the later one holds.
func TestALaterReportNamesTheException(t *testing.T) {
	b := open(t)
	b.state("Route", inventory.NotSynced)
	for _, name := range []string{"one", "two"} {
		b.SetException(accept(name, "*", findings.Subject{Selects: labelled("tier", "old")}))
		b.Restore("shop", []findings.Finding{{
			Finding: found(broken, "cart", "a"), FirstSeen: b.now, SuppressedBy: "shop/" + name,
		}})
		b.silenced("shop", "a shop/"+name)
	}
}
