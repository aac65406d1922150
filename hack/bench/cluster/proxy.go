package main

import (
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// proxy stands between the operator and the API server and counts the writes.
type proxy struct {
	server     *httptest.Server
	kubeconfig string // file

	mu     sync.Mutex
	writes map[string]int // by method and path
}

// proxy starts one on 127.0.0.1, without authentication: the requests have the
// program's own rights.
func (b *bench) proxy() (*proxy, error) {
	transport, err := rest.TransportFor(b.env.Config)
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(b.env.Config.Host)
	if err != nil {
		return nil, err
	}
	p := &proxy{writes: map[string]int{}, kubeconfig: filepath.Join(b.dir, "kubeconfig-proxy")}
	forward := &httputil.ReverseProxy{
		Rewrite:   func(q *httputil.ProxyRequest) { q.SetURL(target) },
		Transport: transport, FlushInterval: -1, // watches are streams
		ErrorLog: log.New(io.Discard, "", 0),
	}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		p.note(q)
		forward.ServeHTTP(w, q)
	}))
	access := clientcmdapi.NewConfig()
	access.Clusters["proxy"] = &clientcmdapi.Cluster{Server: p.server.URL}
	access.Contexts["proxy"] = &clientcmdapi.Context{Cluster: "proxy"}
	access.CurrentContext = "proxy"
	return p, clientcmd.WriteToFile(*access, p.kubeconfig)
}

func (p *proxy) note(q *http.Request) {
	if q.Method == http.MethodGet {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writes[q.Method+" "+q.URL.Path]++
}

func (p *proxy) close() {
	p.server.CloseClientConnections()
	p.server.Close()
	_ = os.Remove(p.kubeconfig)
}

// others counts and names the writes since the last call whose path has none of
// the words.
func (p *proxy) others(words ...string) (n int, what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, path := range slices.Sorted(maps.Keys(p.writes)) {
		if !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(path, word) }) {
			n += p.writes[path]
			what += fmt.Sprintf("%s ×%d; ", path, p.writes[path])
		}
	}
	clear(p.writes)
	return n, what
}
