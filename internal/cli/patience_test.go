package cli

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"
)

// An API server that says nothing for long is not waited for, whether it has
// begun to answer or not; one that says something now and then is.
func TestASilentAPIServerIsNotWaitedFor(t *testing.T) {
	const patience = 300 * time.Millisecond
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		flush := http.NewResponseController(w).Flush
		tick := time.NewTicker(patience / 10)
		defer tick.Stop()
		switch q.URL.Path {
		case "/steady":
			for range 20 {
				<-tick.C
				_, _ = io.WriteString(w, ".")
				_ = flush()
			}
			return
		case "/half":
			_, _ = io.WriteString(w, ".")
			_ = flush()
		}
		<-done
	}))
	defer server.Close()
	defer close(done)
	config := &rest.Config{Host: server.URL}
	hurry(config, patience)
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/steady": strings.Repeat(".", 20), "/half": ".", "/none": ""} {
		got, err := read(t.Context(), client, server.URL+path)
		if got != want || (err == nil) != (path == "/steady") {
			t.Errorf("%s: %q, %v", path, got, err)
		}
		if err != nil && !strings.Contains(err.Error(), "the API server was silent for 300ms") {
			t.Errorf("%s: %v does not tell why", path, err)
		}
	}
}

func read(ctx context.Context, client *http.Client, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	return string(body), err
}
