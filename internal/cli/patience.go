package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"k8s.io/client-go/rest"
)

// defaultPatience is how long the API server may be silent in the middle of an
// exchange. It ends all requests but watches within a minute, and sends a
// bookmark down each watch once a minute, save for kinds of which nothing has
// changed since it started: their watches are ended for nothing, and begun again.
const defaultPatience = 2 * time.Minute

// hurry ends the requests of a config that have got nothing for so long, with
// an error: a connection that is open at our end alone, and a proxy that
// forgot us, would else be waited for without end, and nobody would learn that
// nothing is read. Requests of any length are fine as long as they proceed.
func hurry(config *rest.Config, patience time.Duration) {
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return impatient{next, patience} })
}

type impatient struct {
	next     http.RoundTripper
	patience time.Duration
}

// WrappedRoundTripper lets client-go find the transport.
func (i impatient) WrappedRoundTripper() http.RoundTripper { return i.next }

func (i impatient) RoundTrip(q *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(q.Context())
	timer := time.AfterFunc(i.patience, func() {
		cancel(fmt.Errorf("the API server was silent for %s", i.patience))
	})
	response, err := i.next.RoundTrip(q.WithContext(ctx))
	timer.Stop()
	if err != nil {
		err = because(ctx, err)
		cancel(nil)
		return nil, err
	}
	response.Body = &impatientBody{ReadCloser: response.Body, ctx: ctx, cancel: cancel, timer: timer, patience: i.patience}
	return response, nil
}

// because prefers the reason for which a request was ended to its consequence.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// impatientBody times each read, and not what the reader does in between.
type impatientBody struct {
	io.ReadCloser

	ctx      context.Context //nolint:containedctx // of the request that the body belongs to
	cancel   context.CancelCauseFunc
	timer    *time.Timer
	patience time.Duration
}

func (b *impatientBody) Read(p []byte) (int, error) {
	b.timer.Reset(b.patience)
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	if err != nil && err != io.EOF { //nolint:errorlint // readers give it as it is
		err = because(b.ctx, err)
	}
	return n, err
}

func (b *impatientBody) Close() error {
	err := b.ReadCloser.Close()
	b.cancel(nil)
	return err
}
