package injector

import (
	"crypto/tls"
	"fmt"
	"sync"

	"k8s.io/client-go/util/cert"
)

// certificates makes a certificate for each host of the meshes that is asked
// for, and keeps it.
type certificates struct {
	mu     sync.Mutex
	byHost map[string]*issued
}

// issued is a certificate and what clients verify it with, in PEM.
type issued struct {
	pair   tls.Certificate
	bundle []byte
}

func (c *certificates) of(host string) (*issued, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.byHost[host]; ok {
		return known, nil
	}
	bundle, key, err := cert.GenerateSelfSignedCertKey(host, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", host, err)
	}
	pair, err := tls.X509KeyPair(bundle, key)
	if err != nil {
		return nil, fmt.Errorf("certificate of %s: %w", host, err)
	}
	if c.byHost == nil {
		c.byHost = map[string]*issued{}
	}
	c.byHost[host] = &issued{pair, bundle}
	return c.byHost[host], nil
}

// serve gives the certificate for a handshake. Services of others have no
// server here, so theirs fails.
func (c *certificates) serve(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	service := serviceOf(hello.ServerName)
	if !isIstio(service) && !isAppMesh(service) {
		return nil, fmt.Errorf("no server stands in for %q", hello.ServerName)
	}
	issued, err := c.of(hello.ServerName)
	if err != nil {
		return nil, err
	}
	return &issued.pair, nil
}
