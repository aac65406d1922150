package injector

import (
	"cmp"
	"slices"
	"strings"

	"istio.io/api/label"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/utils/ptr"
)

// RewriteMutating lets the webhooks of Istio's and App Mesh's injectors call
// this server in place of their services, and tells whether it changed
// anything. Webhooks of others stay as they are.
func (s *Server) RewriteMutating(c *admissionregistrationv1.MutatingWebhookConfiguration) bool {
	changed := false
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		path, ok := standInPath(w.ClientConfig, w.Rules, c.Labels[label.IoIstioRev.Name])
		changed = s.rewrite(&w.ClientConfig, path, ok) || changed
	}
	return changed
}

// RewriteValidating is RewriteMutating for validating webhooks, all of which
// are answered with "allowed".
func (s *Server) RewriteValidating(c *admissionregistrationv1.ValidatingWebhookConfiguration) bool {
	changed := false
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		_, ok := standInPath(w.ClientConfig, nil, "")
		changed = s.rewrite(&w.ClientConfig, AllowPath, ok) || changed
	}
	return changed
}

func (s *Server) rewrite(c *admissionregistrationv1.WebhookClientConfig, path string, standIn bool) bool {
	if !standIn {
		return false
	}
	*c = admissionregistrationv1.WebhookClientConfig{URL: ptr.To(s.URL + path), CABundle: s.CABundle}
	return true
}

// standInPath tells whether the server stands in for the webhook's service,
// and under which path. Only webhooks for pods inject.
func standInPath(c admissionregistrationv1.WebhookClientConfig, rules []admissionregistrationv1.RuleWithOperations, revision string) (string, bool) {
	if c.Service == nil {
		return "", false
	}
	istio := c.Service.Name == "istiod" || strings.HasPrefix(c.Service.Name, "istiod-")
	appMesh := strings.HasPrefix(c.Service.Name, "appmesh-")
	switch {
	case !istio && !appMesh:
		return "", false
	case !coverPods(rules):
		return AllowPath, true
	case appMesh:
		return AppMeshPath, true
	}
	return IstioPath + cmp.Or(revision, defaultRevision), true
}

func coverPods(rules []admissionregistrationv1.RuleWithOperations) bool {
	return slices.ContainsFunc(rules, func(r admissionregistrationv1.RuleWithOperations) bool {
		return slices.Contains(r.Resources, "pods")
	})
}
