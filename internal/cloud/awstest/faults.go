package awstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// Fault answers instead of the server, or makes something of what it answers.
type Fault func(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc)

// Refuse answers with an error of AWS. Its text names the request, as AWS's may.
func Refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.Header().Set("X-Amzn-Requestid", "5f0c3c5e-1111-2222-3333-444455556666")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": message}) //nolint:errchkjson // gone
}

// Refusal is an error of AWS.
func Refusal(status int, code, message string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) { Refuse(w, status, code, message) }
}

// Status is an answer without a body.
func Status(status int) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) { w.WriteHeader(status) }
}

// HTML is the answer of something that is not AWS.
func HTML(status int) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		fmt.Fprint(w, "<html><body>Not here</body></html>")
	}
}

// Body is an answer of status 200 with a body of its own.
func Body(body string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, body)
	}
}

// Silent never answers: it waits until who asks goes.
func Silent(_ http.ResponseWriter, r *http.Request, _ http.HandlerFunc) { <-r.Context().Done() }

// Truncated ends an answer in its midst.
func Truncated(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc) {
	body := record(r, serve).Body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body[:len(body)/2])
}

// Loop lets each page of a list name a next one, the same again and again.
func Loop(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc) {
	q := r.URL.Query()
	q.Del("nextToken")
	r.URL.RawQuery = q.Encode()
	change(w, r, serve, func(page map[string]any) { page["nextToken"] = "again" })
}

// NoToken lets each page of a list seem the last.
func NoToken(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc) {
	change(w, r, serve, func(page map[string]any) { delete(page, "nextToken") })
}

// Wrapped puts an answer into another object, as no operation of App Mesh does.
func Wrapped(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc) {
	write(w, map[string]any{"answer": json.RawMessage(record(r, serve).Body.Bytes())})
}

func change(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc, edit func(map[string]any)) {
	var page map[string]any
	d := json.NewDecoder(bytes.NewReader(record(r, serve).Body.Bytes()))
	if err := d.Decode(&page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	edit(page)
	write(w, page)
}

func record(r *http.Request, serve http.HandlerFunc) *httptest.ResponseRecorder {
	recorded := httptest.NewRecorder()
	serve(recorded, r)
	return recorded
}
