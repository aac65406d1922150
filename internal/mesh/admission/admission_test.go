// Package admission_test holds what package mesh says of webhooks against a
// real API server.
package admission_test

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	reviewv1 "k8s.io/api/admission/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/envtesting"
	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

func TestMain(m *testing.M) { os.Exit(envtesting.Run(m)) }

// expressions are matchConditions of webhooks, each of one.
var expressions = []string{
	"true", "false",
	"request.namespace == object.metadata.namespace",
	"request.namespace.startsWith('kube-')",
	"request.operation == 'CREATE' && oldObject == null",
	"request.resource.resource == 'pods' && request.kind.kind == 'Pod' && request.kind.group == ''",
	"request.requestResource.version == 'v1' && !has(request.subResource)",
	"request.dryRun",
	"has(object.metadata.labels)",
	"'app' in object.metadata.labels",
	"object.metadata.?labels['app'].orValue('') != 'build'",
	"object.metadata.labels['app'] == 'web'",
	"object.metadata.labels.exists(k, k.startsWith('app'))",
	"size(object.metadata.labels) > 1",
	"has(object.metadata.annotations) && 'team' in object.metadata.annotations",
	"!has(object.metadata.annotations) || object.metadata.annotations['team'] == 'b'",
	"object.metadata.labels['app'].matches('^w[a-z]b$')",
	"object.spec.hostNetwork == true || object.metadata.labels['app'] == 'web'",
	"object.spec.containers.all(c, c.name != 'istio-proxy') && request.namespace == 'nowhere'",
	"has(object.metadata.name)",
	"has(object.metadata.generateName)",
	"has(object.metadata.ownerReferences)",
	"has(object.metadata.uid)",
	"object.kind == 'Pod'",
	"request.userInfo.groups.exists(g, g == 'system:masters')",
	"authorizer.group('').resource('pods').check('create').allowed()",
	"'pod-template-hash' in object.metadata.labels",
	"namespaceObject == null",
}

// selectors are objectSelectors of webhooks without conditions.
var selectors = []*metav1.LabelSelector{
	nil,
	{},
	{MatchLabels: map[string]string{"app": "web"}},
	{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "app", Operator: metav1.LabelSelectorOpNotIn, Values: []string{"web"}}}},
	{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "app", Operator: metav1.LabelSelectorOpDoesNotExist}}},
	{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "tier", Operator: metav1.LabelSelectorOpExists}}},
}

// pods are Pods by their labels and annotations.
var pods = []struct{ labels, annotations map[string]string }{
	{nil, nil},
	{map[string]string{"app": "web"}, nil},
	{map[string]string{"app": "build", "tier": "front"}, map[string]string{"team": "a"}},
	{map[string]string{"tier": "front"}, map[string]string{"team": "b"}},
	{map[string]string{"app": "web"}, map[string]string{"other": "a"}},
}

// TestGetsAsTheAPIServerCalls: a webhook that certainly gets a Pod is called
// when it is created, and one that certainly does not is not.
func TestGetsAsTheAPIServerCalls(t *testing.T) {
	env := envtesting.Start(t)
	calls := newReceiver(t)
	namespace := env.Namespace(t)
	configuration := calls.configuration(namespace)
	if err := env.Client.Create(t.Context(), configuration); err != nil {
		t.Fatal(err)
	}
	injectors := projected(t, configuration)
	probe := 0
	create := func(labels, annotations map[string]string) string {
		probe++
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
			GenerateName: "web-", Namespace: namespace, Annotations: annotations, Labels: labels,
		}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: fmt.Sprintf("probe-%d", probe), Image: "example/app:1"}}}}
		if err := env.Client.Create(t.Context(), pod); err != nil {
			t.Fatal(err)
		}
		return pod.Spec.Containers[0].Name
	}
	envtesting.WaitFor(t, func() error {
		if name := create(nil, nil); !calls.got(name, 0) {
			return fmt.Errorf("the webhooks are not in force yet")
		}
		return nil
	})
	ns := kinds.NewNamespace(namespace)
	certain := 0
	for _, p := range pods {
		name := create(p.labels, p.annotations)
		template := &mesh.Template{Labels: p.labels, Annotations: p.annotations, Spec: &kinds.PodSpec{}}
		for i := range injectors {
			answer, called := injectors[i].Gets(ns, template), calls.got(name, i)
			if answer != mesh.Maybe {
				certain++
			}
			if answer == mesh.Yes && !called || answer == mesh.No && called {
				t.Errorf("%v %v: answer %v, called %v, for the webhook %+v", p.labels, p.annotations, answer, called, injectors[i].Webhook)
			}
		}
	}
	if all := len(pods) * len(injectors); certain < all/2 {
		t.Errorf("only %d of %d answers are certain", certain, all)
	}
}

// projected are the injectors that the product sees in a configuration.
func projected(t *testing.T, c *admissionv1.MutatingWebhookConfiguration) []mesh.Injector {
	t.Helper()
	row, _ := kinds.Lookup(kinds.MutatingWebhooks.Name)
	s := inventory.New(kinds.Schema())
	s.SetState(row.Kind, "", inventory.Listed)
	s.Apply(&inventory.Object{Ref: kinds.MutatingWebhooks.Ref("", c.Name), Value: row.Project(c)})
	out := mesh.Injectors(s)
	if len(out) != len(c.Webhooks) {
		t.Fatalf("%d injectors of %d webhooks", len(out), len(c.Webhooks))
	}
	return out
}

// receiver is the server of the webhooks. It notes who is called for which Pod
// and changes nothing.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	calls map[string]bool
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{calls: map[string]bool{}}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(r.serve))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) serve(w http.ResponseWriter, request *http.Request) {
	var review reviewv1.AdmissionReview
	var pod corev1.Pod
	if json.NewDecoder(request.Body).Decode(&review) != nil || json.Unmarshal(review.Request.Object.Raw, &pod) != nil {
		http.Error(w, "no review of a Pod", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	r.calls[pod.Spec.Containers[0].Name+request.URL.Path] = true
	r.mu.Unlock()
	review.Response = &reviewv1.AdmissionResponse{UID: review.Request.UID, Allowed: true}
	review.Request = nil
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(review); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (r *receiver) got(pod string, webhook int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[fmt.Sprintf("%s/%d", pod, webhook)]
}

// configuration has a webhook for each expression and selector, for the Pods of
// a namespace. A condition that fails leaves its webhook out.
func (r *receiver) configuration(namespace string) *admissionv1.MutatingWebhookConfiguration {
	out := &admissionv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{
		GenerateName: "injector-", Labels: map[string]string{kinds.RevisionLabel: "x"},
	}}
	for _, e := range expressions {
		w := r.webhook(len(out.Webhooks), namespace)
		w.MatchConditions = []admissionv1.MatchCondition{{Name: "c", Expression: e}}
		out.Webhooks = append(out.Webhooks, w)
	}
	for _, s := range selectors {
		w := r.webhook(len(out.Webhooks), namespace)
		w.ObjectSelector = s
		out.Webhooks = append(out.Webhooks, w)
	}
	return out
}

func (r *receiver) webhook(n int, namespace string) admissionv1.MutatingWebhook {
	bundle := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw})
	return admissionv1.MutatingWebhook{
		Name: fmt.Sprintf("w%d.sidecar-injector.istio.io", n),
		ClientConfig: admissionv1.WebhookClientConfig{
			URL: new(fmt.Sprintf("%s/%d", strings.Replace(r.URL, "localhost", "127.0.0.1", 1), n)), CABundle: bundle,
		},
		Rules: []admissionv1.RuleWithOperations{{
			Operations: []admissionv1.OperationType{admissionv1.Create},
			Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
		}},
		FailurePolicy:           new(admissionv1.Ignore),
		NamespaceSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: namespace}},
		SideEffects:             new(admissionv1.SideEffectClassNone),
		AdmissionReviewVersions: []string{"v1"},
	}
}
