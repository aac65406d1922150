package main

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
)

// journal is what happened to the reports of namespaces.
type journal struct {
	stop func() error
	see  func(sighting) // nil, or called for each version

	mu     sync.Mutex
	writes map[string][]time.Time // by namespace
}

// watchReports begins a journal, and shows each write to see, if that is not nil.
func (b *bench) watchReports(ctx context.Context, see func(sighting)) (*journal, error) {
	j := &journal{see: see, writes: map[string][]time.Time{}}
	var err error
	j.stop, err = b.follow(ctx, &v1alpha1.MeshAuditReportList{}, j.note)
	return j, err
}

func (j *journal) note(s sighting) {
	j.mu.Lock()
	namespace := s.object.GetNamespace()
	j.writes[namespace] = append(j.writes[namespace], s.at)
	j.mu.Unlock()
	if j.see != nil {
		j.see(s)
	}
}

// times are those of all writes so far, in order.
func (j *journal) times() []time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := slices.Concat(slices.Collect(maps.Values(j.writes))...)
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// most is the largest number of writes of one report.
func (j *journal) most() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := 0
	for _, list := range j.writes {
		n = max(n, len(list))
	}
	return n
}

// busiest is the largest number of writes within one second.
func (j *journal) busiest() int {
	times, n, first := j.times(), 0, 0
	for last := range times {
		for times[last].Sub(times[first]) >= time.Second {
			first++
		}
		n = max(n, last-first+1)
	}
	return n
}
