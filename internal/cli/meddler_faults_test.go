package cli

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// exchange is one request and what becomes of it.
type exchange struct {
	call

	client  http.ResponseWriter
	request *http.Request
	cancel  context.CancelFunc // breaks the connection of a request that is passed on
	server  http.Handler
	lifted  <-chan struct{}
}

// fault answers for the API server, or lets it answer and spoils that.
type fault func(x *exchange)

// pass lets the API server answer.
func (x *exchange) pass(w http.ResponseWriter) { x.server.ServeHTTP(w, x.request) }

// wait returns when the rule is lifted or the client gives up.
func (x *exchange) wait() {
	_, _ = io.Copy(io.Discard, x.request.Body) // only then is the end of the connection seen
	select {
	case <-x.lifted:
	case <-x.request.Context().Done():
	}
}

// refuse answers with an error, as the API server words it.
func refuse(code int, reason metav1.StatusReason, headers ...string) fault {
	return func(x *exchange) {
		for i := 0; i < len(headers); i += 2 {
			x.client.Header().Set(headers[i], headers[i+1])
		}
		x.client.Header().Set("Content-Type", "application/json")
		x.client.WriteHeader(code)
		_ = json.NewEncoder(x.client).Encode(refusal(code, reason))
	}
}

func refusal(code int, reason metav1.StatusReason) *metav1.Status {
	return &metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure,
		Code: int32(code), Reason: reason, Message: fmt.Sprintf("a story answers with %d", code),
	}
}

// page is what a proxy in the way says in place of the API server.
func page(x *exchange) {
	x.client.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(x.client, "<html>Please log in.</html>")
}

// silent never answers.
func silent(x *exchange) {
	x.wait()
	panic(http.ErrAbortHandler)
}

// halfOpen answers as far as to say that an answer follows.
func halfOpen(x *exchange) {
	conn, buffer, err := x.client.(http.Hijacker).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = buffer.WriteString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
	_ = buffer.Flush()
	<-x.lifted
	_ = conn.Close()
}

// hangUp closes the connection without an answer.
func hangUp(*exchange) { panic(http.ErrAbortHandler) }

// after lets so many bytes of the body through.
func after(n int, then fault) fault {
	return func(x *exchange) {
		x.begin(n)
		then(x)
	}
}

// begin passes so much of an answer on. Its length is not told: else a client
// that has a short one as a whole would send its next request after it.
func (x *exchange) begin(n int) {
	defer func() { _ = recover() }() // of the proxy, by which it breaks the connection
	x.pass(&short{ResponseWriter: anyLength{x.client}, left: n})
}

// short is a response of which only the beginning comes through.
type short struct {
	http.ResponseWriter

	left int
}

func (s *short) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *short) Write(p []byte) (int, error) {
	if len(p) <= s.left {
		s.left -= len(p)
		return s.ResponseWriter.Write(p)
	}
	_, _ = s.ResponseWriter.Write(p[:s.left])
	_ = http.NewResponseController(s.ResponseWriter).Flush()
	return 0, http.ErrAbortHandler
}

// reset ends the connection as a crash does: with a TCP reset.
func reset(x *exchange) {
	if conn, _, err := x.client.(http.Hijacker).Hijack(); err == nil {
		if plain, ok := conn.(*tls.Conn).NetConn().(*net.TCPConn); ok {
			_ = plain.SetLinger(0)
		}
		_ = conn.(*tls.Conn).NetConn().Close()
	}
	panic(http.ErrAbortHandler)
}

// truncate lets the response end early as if that were all.
func truncate(n int) fault {
	return func(x *exchange) { x.begin(n) }
}

// anyLength does not say how long the body will be.
type anyLength struct{ http.ResponseWriter }

func (a anyLength) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a anyLength) WriteHeader(code int) {
	a.Header().Del("Content-Length")
	a.ResponseWriter.WriteHeader(code)
}

// unheard lets the request have its effect, and then spoils the answer.
func unheard(then fault) fault {
	return func(x *exchange) {
		x.pass(httptest.NewRecorder())
		then(x)
	}
}
