package main

import (
	"context"
	"sync"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// latest is what a watch showed last of each object.
type latest struct {
	mu      sync.Mutex
	by      map[client.ObjectKey]sighting
	changed chan struct{}
}

func newLatest() *latest {
	return &latest{by: map[client.ObjectKey]sighting{}, changed: make(chan struct{}, 1)}
}

func (l *latest) see(s sighting) {
	l.mu.Lock()
	l.by[client.ObjectKeyFromObject(s.object)] = s
	l.mu.Unlock()
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// wait gives the moment at which an object was seen to be so. Only one may
// wait at a time.
func (l *latest) wait(ctx context.Context, key client.ObjectKey, so func(any) bool) (time.Time, error) {
	for {
		l.mu.Lock()
		s, ok := l.by[key]
		l.mu.Unlock()
		if ok && so(s.object) {
			return s.at, nil
		}
		select {
		case <-ctx.Done():
			return time.Time{}, context.Cause(ctx)
		case <-l.changed:
		}
	}
}
