package report

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// at is a moment so many milliseconds after noon.
func at(ms int) time.Time { return noon.Add(time.Duration(ms) * time.Millisecond) }

func newTestPace() *pace {
	p := newPace()
	p.set(DefaultLimits)
	return p
}

func wantWait(t *testing.T, p *pace, now, due int) {
	t.Helper()
	if got := p.wait("shop", at(now)); got != time.Duration(due-now)*time.Millisecond {
		t.Errorf("at %d ms: %s, want until %d ms", now, got, due)
	}
}

func TestASingleChangeIsWrittenAfterTheQuietPeriod(t *testing.T) {
	p := newTestPace()
	wantWait(t, p, 0, 0)
	p.changed("shop", at(0))
	wantWait(t, p, 0, 200)
	wantWait(t, p, 150, 200)
	wantWait(t, p, 200, 200)
}

func TestABurstIsOneWrite(t *testing.T) {
	p := newTestPace()
	for ms := 0; ms <= 1000; ms += 100 {
		p.changed("shop", at(ms))
	}
	wantWait(t, p, 1000, 1200)
	for ms := 1100; ms <= 1900; ms += 100 {
		p.changed("shop", at(ms))
	}
	wantWait(t, p, 1900, 2000) // no longer than the interval between two writes
}

func TestTwoWritesKeepTheirDistance(t *testing.T) {
	p := newTestPace()
	p.changed("shop", at(0))
	p.end("shop", p.begin("shop"))
	p.tried("shop", at(210))
	p.changed("shop", at(300))
	wantWait(t, p, 300, 2210)
	p.changed("shop", at(2200))
	wantWait(t, p, 2200, 2300) // the first change has waited long enough
}

func TestAChangeDuringAWriteStaysPending(t *testing.T) {
	p := newTestPace()
	p.changed("shop", at(0))
	began := p.begin("shop")
	p.changed("shop", at(205))
	p.end("shop", began)
	if since, pending := p.oldest(); !pending || !since.Equal(at(205)) {
		t.Errorf("pending since %s (%t)", since, pending)
	}
	p.forget("shop")
	p.end("shop", p.begin("shop"))
	if _, pending := p.oldest(); pending {
		t.Error("still pending")
	}
	p.forget("shop")
	if len(p.by) > 0 {
		t.Error("not forgotten")
	}
}
