package kinds

import (
	"slices"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
)

// TestCABundles: the certificates are kept, their text is not.
func TestCABundles(t *testing.T) {
	one, key := pair(t, "istiod.istio-system.svc", time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC))
	two, _ := pair(t, "other", time.Date(2028, 1, 2, 3, 4, 5, 0, time.UTC))
	for name, tt := range map[string]struct {
		bundle []byte
		state  CAState
		count  int
	}{
		"none":            {nil, CAEmpty, 0},
		"empty":           {[]byte{}, CAEmpty, 0},
		"one":             {one, CAParsed, 1},
		"two":             {slices.Concat(one, two), CAParsed, 2},
		"with a key":      {slices.Concat(key, one), CAParsed, 1},
		"nonsense":        {[]byte("nonsense"), CAMalformed, 0},
		"a key alone":     {key, CAMalformed, 0},
		"one that is not": {slices.Concat(one, []byte("-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n")), CAMalformed, 1},
	} {
		client := admissionv1.WebhookClientConfig{CABundle: tt.bundle}
		m := projectMutatingWebhooks(&admissionv1.MutatingWebhookConfiguration{
			Webhooks: []admissionv1.MutatingWebhook{{ClientConfig: client}},
		})
		v := projectValidatingWebhooks(&admissionv1.ValidatingWebhookConfiguration{
			Webhooks: []admissionv1.ValidatingWebhook{{ClientConfig: client}},
		})
		for _, w := range []Webhook{m.Webhooks[0], v.Webhooks[0]} {
			if w.CAState != tt.state || len(w.CABundle) != tt.count || w.Client.CABundle != nil {
				t.Errorf("%s: state %d, %d certificates, %d bytes", name, w.CAState, len(w.CABundle), len(w.Client.CABundle))
			}
		}
	}
}
