package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"k8s.io/client-go/rest"
)

// defaultPatience is how long the API server may be silent in the middle of an
// exchange. It ends all requests but watches within a minute, and sends a
// bookmark down each watch once a minute, save for kinds of which nothing has
// changed since it started.
const defaultPatience = 2 * time.Minute

// hurry ends the requests of a config that have got nothing for so long, with
// an error: a connection that is open at our end alone, and a proxy that
// forgot us, would else be waited for without end, and nobody would learn that
// nothing is read. Requests of any length are fine as long as they proceed. A
// silent watch just ends, as every watch does some time: whether the API server
// is there, the next one shows.
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
	timer := time.AfterFunc(i.patience, func() { cancel(silence(i.patience)) })
	response, err := i.next.RoundTrip(q.WithContext(ctx))
	timer.Stop()
	if err != nil {
		err = because(ctx, err)
		cancel(nil)
		return nil, err
	}
	watch, _ := strconv.ParseBool(q.URL.Query().Get("watch"))
	response.Body = &impatientBody{
		ReadCloser: response.Body, ctx: ctx, cancel: cancel, timer: timer, patience: i.patience, watch: watch,
	}
	return response, nil
}

// silence is the reason to end a request: how long nothing came.
type silence time.Duration

func (s silence) Error() string {
	return fmt.Sprintf("the API server was silent for %s", time.Duration(s))
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
	watch    bool
}

func (b *impatientBody) Read(p []byte) (int, error) {
	b.timer.Reset(b.patience)
	n, err := b.ReadCloser.Read(p)
	b.timer.Stop()
	if err != nil && err != io.EOF { //nolint:errorlint // readers give it as it is
		err = because(b.ctx, err)
		if errors.As(err, new(silence)) && b.watch {
			err = io.EOF
		}
	}
	return n, err
}

func (b *impatientBody) Close() error {
	err := b.ReadCloser.Close()
	b.cancel(nil)
	return err
}
