package injector

import (
	"bytes"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

// istiod is the Service of the control plane; a revision's is named after it.
const istiod = "istiod"

// TrustMutating sets the CA bundle of the webhooks that call Istio or App
// Mesh, as istiod itself does when it starts, and tells whether it changed
// anything. Webhooks of others stay as they are.
func (s *Server) TrustMutating(c *admissionregistrationv1.MutatingWebhookConfiguration) (changed bool, err error) {
	for i := range c.Webhooks {
		if err := s.trust(&c.Webhooks[i].ClientConfig, &changed); err != nil {
			return false, err
		}
	}
	return changed, nil
}

// TrustValidating is TrustMutating for validating webhooks.
func (s *Server) TrustValidating(c *admissionregistrationv1.ValidatingWebhookConfiguration) (changed bool, err error) {
	for i := range c.Webhooks {
		if err := s.trust(&c.Webhooks[i].ClientConfig, &changed); err != nil {
			return false, err
		}
	}
	return changed, nil
}

func (s *Server) trust(c *admissionregistrationv1.WebhookClientConfig, changed *bool) error {
	if c.Service == nil || !isIstio(c.Service.Name) && !isAppMesh(c.Service.Name) {
		return nil
	}
	issued, err := s.certificates.of(c.Service.Name + "." + c.Service.Namespace + ".svc")
	if err != nil {
		return err
	}
	*changed = *changed || !bytes.Equal(c.CABundle, issued.bundle)
	c.CABundle = issued.bundle
	return nil
}

// serviceOf is the Service in a host name, such as istiod.istio-system.svc:443.
func serviceOf(host string) string {
	service, _, _ := strings.Cut(host, ".")
	return service
}

func isIstio(service string) bool {
	return service == istiod || strings.HasPrefix(service, istiod+"-")
}

func isAppMesh(service string) bool { return strings.HasPrefix(service, "appmesh-") }

// revisionOf is the revision whose istiod the Service is.
func revisionOf(service string) string {
	if revision, ok := strings.CutPrefix(service, istiod+"-"); ok {
		return revision
	}
	return defaultRevision
}
