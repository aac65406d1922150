package injector

import (
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

func service(name string) admissionregistrationv1.WebhookClientConfig {
	return admissionregistrationv1.WebhookClientConfig{
		Service: &admissionregistrationv1.ServiceReference{Namespace: "mesh", Name: name, Path: ptr.To("/any")},
	}
}

func rules(resource string) []admissionregistrationv1.RuleWithOperations {
	return []admissionregistrationv1.RuleWithOperations{{Rule: admissionregistrationv1.Rule{Resources: []string{resource}}}}
}

func TestRewriteMutating(t *testing.T) {
	s := &Server{URL: "https://127.0.0.1:15017", CABundle: []byte("ca")}
	for name, test := range map[string]struct {
		service, resource, revision, want string
	}{
		"istiod":            {"istiod", "pods", "", "https://127.0.0.1:15017/inject/default"},
		"revision":          {"istiod-canary", "pods", "canary", "https://127.0.0.1:15017/inject/canary"},
		"App Mesh":          {"appmesh-webhook-service", "pods", "", "https://127.0.0.1:15017/appmesh-inject"},
		"App Mesh defaults": {"appmesh-webhook-service", "meshes", "", "https://127.0.0.1:15017/allow"},
		"somebody else's":   {"cert-manager-webhook", "pods", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := &admissionregistrationv1.MutatingWebhookConfiguration{
				ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"istio.io/rev": test.revision}},
				Webhooks:   []admissionregistrationv1.MutatingWebhook{{ClientConfig: service(test.service), Rules: rules(test.resource)}},
			}
			equal(t, "changed", s.RewriteMutating(c), test.want != "")
			equal(t, "URL", ptr.Deref(c.Webhooks[0].ClientConfig.URL, ""), test.want)
			equal(t, "service is gone", c.Webhooks[0].ClientConfig.Service == nil, test.want != "")
			equal(t, "changed again", s.RewriteMutating(c), false)
		})
	}
}

func TestRewriteValidating(t *testing.T) {
	s := &Server{URL: "https://127.0.0.1:15017", CABundle: []byte("ca")}
	c := &admissionregistrationv1.ValidatingWebhookConfiguration{Webhooks: []admissionregistrationv1.ValidatingWebhook{
		{ClientConfig: service("istiod")}, {ClientConfig: service("other")},
	}}
	equal(t, "changed", s.RewriteValidating(c), true)
	equal(t, "URL", c.Webhooks[0].ClientConfig.URL, "https://127.0.0.1:15017/allow")
	equal(t, "other's service", c.Webhooks[1].ClientConfig.Service.Name, "other")
}
