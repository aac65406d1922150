package cloud

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// hourly is how often STS and ACM are asked for what they told before: it
// hardly changes.
const hourly = time.Hour

// askCaller asks STS who asks, if it is time to.
func (w *world) askCaller(ctx context.Context) {
	began := w.Clock.Now()
	if began.Before(w.callers.due) {
		return
	}
	account, err := w.connection.sts.caller(ctx)
	if ctx.Err() != nil {
		return
	}
	f := judge(err)
	w.note(SourceSTS, f)
	if f != nil {
		w.callers.fails(w.Clock.Now(), w.config.interval())
		w.Inbox.Update(func(b *inventory.Batch) { b.SetState(kinds.AWSIdentities.Name, "", w.failing(SourceSTS)) })
		return
	}
	w.answered[SourceSTS] = true
	w.callers.succeeded(began, began, hourly)
	w.Inbox.Update(func(b *inventory.Batch) {
		b.Put((&kinds.AWSIdentity{Account: account, Region: w.connection.region}).Object())
		b.SetState(kinds.AWSIdentities.Name, "", inventory.Listed)
	})
}

// askCertificates asks ACM about the certificates that listeners name: about
// those that are new at once, about the others when it is time to.
func (w *world) askCertificates(ctx context.Context) {
	if !w.config.Certificates || ctx.Err() != nil {
		return
	}
	began, named := w.Clock.Now(), w.named()
	w.drop(named)
	due := !began.Before(w.renewals.due)
	if !due && w.renewals.failed > 0 {
		return
	}
	asked := slices.DeleteFunc(named, func(arn string) bool { return !due && w.asked[arn] })
	if len(asked) == 0 {
		return
	}
	f := w.describeAll(ctx, asked)
	switch {
	case ctx.Err() != nil:
		return
	case f != nil:
		w.renewals.fails(w.Clock.Now(), w.config.interval())
	case due:
		w.renewals.succeeded(began, began, hourly)
	}
	w.note(SourceACM, f)
}

// named are the certificates of the region that listeners name. ACM says
// nothing of those of another, not even that they exist. Sorted.
func (w *world) named() []string {
	arns := map[string]bool{}
	for _, p := range w.meshes {
		for _, arn := range p.certificates {
			if part := strings.SplitN(arn, ":", 5); len(part) == 5 && part[2] == "acm" && part[3] == w.connection.region {
				arns[arn] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(arns))
}

// drop forgets the certificates that no listener names any longer.
func (w *world) drop(named []string) {
	w.Inbox.Update(func(b *inventory.Batch) {
		for arn := range w.asked {
			if _, found := slices.BinarySearch(named, arn); !found {
				delete(w.asked, arn)
				b.Delete(kinds.AWSCertificates.Ref("", arn))
				b.SetState(kinds.AWSCertificates.Name, arn, inventory.Off)
			}
		}
	})
}

// describeAll asks about each certificate until the source itself fails. It
// returns the first failure. One that may not be described says nothing of the
// others.
func (w *world) describeAll(ctx context.Context, arns []string) *failure {
	var first, over *failure
	for _, arn := range arns {
		f := over
		var c *kinds.AWSCertificate
		if f == nil {
			var err error
			c, err = w.connection.acm.describe(ctx, arn)
			f = judge(err)
		}
		if ctx.Err() != nil {
			return judge(ctx.Err())
		}
		if f != nil && f.class != ClassDenied {
			over = f
		}
		if first == nil {
			first = f
		}
		w.certificate(arn, c)
	}
	return first
}

// certificate puts what ACM said of a certificate; nothing if c is nil.
func (w *world) certificate(arn string, c *kinds.AWSCertificate) {
	if c != nil {
		w.answered[SourceACM] = true
		w.asked[arn] = true
	}
	w.Inbox.Update(func(b *inventory.Batch) {
		if c == nil {
			b.SetState(kinds.AWSCertificates.Name, arn, w.failing(SourceACM))
			return
		}
		b.Put(c.Object())
		b.SetState(kinds.AWSCertificates.Name, "", inventory.Listed)
		b.SetState(kinds.AWSCertificates.Name, arn, inventory.Listed)
	})
}

// certificatesFail says that no certificate can be read.
func (w *world) certificatesFail() {
	state := w.failing(SourceACM)
	w.Inbox.Update(func(b *inventory.Batch) {
		b.SetState(kinds.AWSCertificates.Name, "", state)
		for arn := range w.asked {
			b.SetState(kinds.AWSCertificates.Name, arn, state)
		}
	})
}
