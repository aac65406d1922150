// Package injector stands in for the sidecar injectors of Istio and App Mesh
// where neither mesh runs: it answers the API server's calls of their Services
// and changes pods as the real ones do. What only a running proxy would read
// (bootstrap details, rewritten probes) is left out.
package injector

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Options of Start.
type Options struct {
	// Socket is the path of the Unix socket to listen on. The API server's
	// egress selection "cluster" must lead there by HTTPConnect.
	Socket string
	// Reader finds what injection depends on: istiod's version and the
	// VirtualNode of a pod. Without it defaults are used.
	Reader client.Reader
}

// Server is a running injector. To the API server it is the proxy by which
// the cluster's network is reached, and behind that the Services of Istio and
// App Mesh, whatever their addresses: it answers by the name that is asked
// for. So webhook configurations stay as they were applied.
type Server struct {
	certificates certificates
	proxy, hooks *http.Server
	done         chan error
}

// Start listens and serves until Stop is called.
func Start(ctx context.Context, o Options) (*Server, error) {
	hooks, err := newHooks(o.Reader)
	if err != nil {
		return nil, fmt.Errorf("injector: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", o.Socket)
	if err != nil {
		return nil, fmt.Errorf("injector: %w", err)
	}
	s := &Server{done: make(chan error, 2)}
	tunnels := newTunnels(listener.Addr())
	s.proxy = &http.Server{Handler: tunnels, ReadHeaderTimeout: 10 * time.Second}
	s.hooks = &http.Server{
		Handler:           hooks,
		ReadHeaderTimeout: 10 * time.Second,
		TLSConfig:         &tls.Config{GetCertificate: s.certificates.serve, MinVersion: tls.VersionTLS12},
	}
	go func() { s.done <- s.proxy.Serve(listener) }()
	go func() { s.done <- s.hooks.ServeTLS(tunnels, "", "") }()
	return s, nil
}

// Stop ends the server; requests under way are answered first.
func (s *Server) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := errors.Join(s.proxy.Shutdown(ctx), s.hooks.Shutdown(ctx))
	if err != nil {
		return errors.Join(fmt.Errorf("injector: %w", err), s.proxy.Close(), s.hooks.Close())
	}
	for range 2 {
		if err := <-s.done; !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("injector: %w", err)
		}
	}
	return nil
}
