package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/envtesting"
)

// tryMetrics reads the metrics as nobody, as somebody, and as one who may.
func (c *cluster) tryMetrics(t *testing.T, url, namespace string) {
	t.Helper()
	waitForAnswer(t, url, "", http.StatusUnauthorized, "")
	waitForAnswer(t, url, c.newAccount(t, namespace, "stranger"), http.StatusForbidden, "")
	token := c.newAccount(t, namespace, "prometheus")
	c.Grant(t, "system:serviceaccount:"+namespace+":prometheus", "",
		rbacv1.PolicyRule{Verbs: []string{"get"}, NonResourceURLs: []string{"/metrics"}})
	waitForAnswer(t, url, token, http.StatusOK, fmt.Sprintf("meshaudit_findings{namespace=%q,severity=\"High\"} 1", namespace))
	waitForAnswer(t, url, token, http.StatusOK, "meshaudit_engine_drift_total 0")
	waitForAnswer(t, url, token, http.StatusOK, `meshaudit_objects{kind="Namespace"}`)
}

// newAccount makes a service account and gives its token.
func (c *cluster) newAccount(t *testing.T, namespace, name string) string {
	t.Helper()
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	if err := c.Client.Create(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	return c.token(t, namespace, name)
}

func waitForAnswer(t *testing.T, url, token string, code int, part string) {
	t.Helper()
	envtesting.WaitFor(t, func() error {
		got, body, err := answer(t, url, token)
		if err == nil && (got != code || !strings.Contains(body, part)) {
			err = fmt.Errorf("%s: status %d, want %d and %q", url, got, code, part)
		}
		return err
	})
}

// answer asks once.
func answer(t *testing.T, url, token string) (code int, body string, err error) {
	t.Helper()
	insecure := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // its certificate is its own
	}}
	defer insecure.CloseIdleConnections()
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := insecure.Do(request)
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), errors.Join(err, response.Body.Close())
}
