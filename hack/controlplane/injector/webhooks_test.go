package injector

import (
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
)

func service(name string) admissionregistrationv1.WebhookClientConfig {
	return admissionregistrationv1.WebhookClientConfig{
		Service: &admissionregistrationv1.ServiceReference{Namespace: "mesh", Name: name, Path: new("/any")},
	}
}

func TestTrustMutating(t *testing.T) {
	for name, want := range map[string]bool{
		"istiod": true, "istiod-canary": true, "appmesh-webhook-service": true,
		"istiodlike": false, "cert-manager-webhook": false,
	} {
		t.Run(name, func(t *testing.T) {
			s := &Server{}
			c := &admissionregistrationv1.MutatingWebhookConfiguration{
				Webhooks: []admissionregistrationv1.MutatingWebhook{{ClientConfig: service(name)}},
			}
			equal(t, "changed", trusts(t, s.TrustMutating, c), want)
			equal(t, "has a CA bundle", len(c.Webhooks[0].ClientConfig.CABundle) > 0, want)
			equal(t, "keeps its service", c.Webhooks[0].ClientConfig.Service.Name, name)
			equal(t, "changed again", trusts(t, s.TrustMutating, c), false)
		})
	}
}

func TestTrustValidating(t *testing.T) {
	c := &admissionregistrationv1.ValidatingWebhookConfiguration{Webhooks: []admissionregistrationv1.ValidatingWebhook{
		{ClientConfig: service("istiod")}, {ClientConfig: service("other")},
	}}
	equal(t, "changed", trusts(t, (&Server{}).TrustValidating, c), true)
	equal(t, "has a CA bundle", len(c.Webhooks[0].ClientConfig.CABundle) > 0, true)
	equal(t, "other has none", len(c.Webhooks[1].ClientConfig.CABundle), 0)
}

func trusts[T any](t *testing.T, trust func(T) (bool, error), configuration T) bool {
	t.Helper()
	changed, err := trust(configuration)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func TestRevisionOf(t *testing.T) {
	equal(t, "istiod", revisionOf("istiod"), "default")
	equal(t, "istiod-1-31", revisionOf("istiod-1-31"), "1-31")
}
