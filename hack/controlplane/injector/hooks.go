package injector

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// Paths at which the real servers inject; whatever else they are asked, such
// as to validate, is allowed here.
const (
	istioPath   = "/inject"
	appMeshPath = "/mutate-v1-pod"
)

// hooks are the webhooks, chosen by the Service that a request is sent to.
type hooks struct {
	istio, appMesh, allow http.Handler
}

func newHooks(reader client.Reader) (*hooks, error) {
	h := &hooks{}
	istio, appMesh := &istioInjector{reader: reader}, &appMeshInjector{reader: reader}
	for _, hook := range []struct {
		handler *http.Handler
		answer  admission.HandlerFunc
	}{
		{&h.istio, mutatePod(istio.inject)}, {&h.appMesh, mutatePod(appMesh.inject)}, {&h.allow, allow},
	} {
		handler, err := admission.StandaloneWebhook(&admission.Webhook{Handler: hook.answer}, admission.StandaloneOptions{})
		if err != nil {
			return nil, fmt.Errorf("webhook: %w", err)
		}
		*hook.handler = handler
	}
	return h, nil
}

func (h *hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	service := serviceOf(r.Host)
	switch {
	case isIstio(service) && strings.HasPrefix(r.URL.Path, istioPath):
		h.istio.ServeHTTP(w, r.WithContext(withRevision(r.Context(), revisionOf(service))))
	case isAppMesh(service) && r.URL.Path == appMeshPath:
		h.appMesh.ServeHTTP(w, r)
	default:
		h.allow.ServeHTTP(w, r)
	}
}

type revisionKey struct{}

// withRevision hands on to the admission handler, which sees only the review,
// which istiod was asked.
func withRevision(ctx context.Context, revision string) context.Context {
	return context.WithValue(ctx, revisionKey{}, revision)
}

func requestRevision(ctx context.Context) string {
	revision, _ := ctx.Value(revisionKey{}).(string)
	return revision
}

func allow(context.Context, admission.Request) admission.Response {
	return admission.Allowed("")
}

// mutatePod makes an admission handler of a function that changes the pod. It
// is given the request's namespace: pods of workloads name none at admission.
func mutatePod(change func(ctx context.Context, pod *corev1.Pod) error) admission.HandlerFunc {
	return func(ctx context.Context, request admission.Request) admission.Response {
		pod := &corev1.Pod{}
		if err := json.Unmarshal(request.Object.Raw, pod); err != nil {
			return admission.Errored(http.StatusBadRequest, fmt.Errorf("decode the pod: %w", err))
		}
		given := pod.Namespace
		pod.Namespace = request.Namespace
		if err := change(ctx, pod); err != nil {
			return admission.Errored(http.StatusInternalServerError, err)
		}
		pod.Namespace = given
		changed, err := json.Marshal(pod)
		if err != nil {
			return admission.Errored(http.StatusInternalServerError, fmt.Errorf("encode the pod: %w", err))
		}
		return admission.PatchResponseFromRaw(request.Object.Raw, changed)
	}
}
