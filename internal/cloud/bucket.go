package cloud

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/time/rate"
	"k8s.io/utils/clock"
)

// Requests per second to all sources together, and how many may come at once.
const (
	requestRate  = 5
	requestBurst = 5
)

// bucket is a token bucket on a clock.
type bucket struct {
	limiter *rate.Limiter
	clock   clock.Clock
}

func newBucket(c clock.Clock) *bucket {
	return &bucket{rate.NewLimiter(requestRate, requestBurst), c}
}

// wait takes a token, and waits for it until ctx ends.
func (b *bucket) wait(ctx context.Context) error {
	now := b.clock.Now()
	taken := b.limiter.ReserveN(now, 1)
	return pause(ctx, b.clock, taken.DelayFrom(now))
}

// limited sends each request, also those of the SDK's retries, when the bucket
// has a token for it.
type limited struct {
	aws.HTTPClient
	bucket *bucket
}

// Do implements [aws.HTTPClient].
func (l limited) Do(r *http.Request) (*http.Response, error) {
	if err := l.bucket.wait(r.Context()); err != nil {
		return nil, err
	}
	return l.HTTPClient.Do(r)
}
