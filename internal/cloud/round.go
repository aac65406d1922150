package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// round asks every source that is due. It changes nothing after ctx ended.
func (w *world) round(ctx context.Context) {
	began := w.Clock.Now()
	f := w.connect(ctx)
	if f == nil {
		w.askCaller(ctx)
		f = w.askAppMesh(ctx)
		w.askCertificates(ctx)
	} else if ctx.Err() == nil {
		w.unconnected(f)
	}
	switch {
	case ctx.Err() != nil: // it is due as before
	case f != nil:
		w.rounds.fails(w.Clock.Now(), w.config.interval())
	default:
		w.rounds.succeeded(began, w.Clock.Now(), w.config.interval())
	}
}

// connect makes the connection once, and looks for credentials each time.
func (w *world) connect(ctx context.Context) *failure {
	if w.connection == nil {
		c, err := connect(ctx, w.config, w.bucket, w.SDK)
		if err != nil {
			return judge(err)
		}
		w.connection = c
	}
	var err error
	if w.connection.credentials != nil {
		var found aws.Credentials
		if found, err = w.connection.credentials.Retrieve(ctx); err == nil && found.HasKeys() {
			return nil
		}
	}
	if f := judge(err); f != nil && f.class != ClassUnknown {
		return f
	}
	return &failure{class: ClassDenied, none: true, message: "No credentials can be had from the environment"}
}

// unconnected says of all sources that none can be asked.
func (w *world) unconnected(f *failure) {
	off := *f
	if f.none && w.config.Mode != Required && len(w.answered) == 0 {
		off.class = ClassOff
	}
	w.note(SourceSTS, &off)
	w.note(SourceAppMesh, &off)
	w.meshesFail()
	w.Inbox.Update(func(b *inventory.Batch) { b.SetState(kinds.AWSIdentities.Name, "", w.failing(SourceSTS)) })
	if w.config.Certificates {
		w.note(SourceACM, &off)
		w.certificatesFail()
	}
}
