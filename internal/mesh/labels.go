package mesh

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// selectsPod tells whether a selector means a Pod. Of a template, labels that
// controllers and webhooks add to its Pods are unknown.
func selectsPod(s *metav1.LabelSelector, pod *Template) Answer {
	return matches(s, pod.Labels, func(key string) bool { return !pod.Live && added(key) })
}

// added tells whether a label is one that a Pod may get after its template.
func added(key string) bool {
	domain, _, ok := strings.Cut(key, "/")
	if !ok {
		return slices.Contains(addedLabels, key)
	}
	return strings.HasSuffix(domain, "istio.io") ||
		strings.HasSuffix(domain, "kubernetes.io") && domain != "app.kubernetes.io"
}

// addedLabels are those without a domain that Kubernetes' controllers add.
var addedLabels = []string{
	"controller-revision-hash", "controller-uid", "job-name", "pod-template-generation", "pod-template-hash",
}

// selectsNamespace tells whether a selector means a namespace. The namespace is
// read only if its name does not decide. One without any label is known from a
// file, since the API server labels each with its name: what other labels it
// has is unknown.
func selectsNamespace(r inventory.Reader, s *metav1.LabelSelector, namespace string) Answer {
	name := map[string]string{corev1.LabelMetadataName: namespace}
	answer := matches(s, name, func(key string) bool { return key != corev1.LabelMetadataName })
	if answer != Maybe {
		return answer
	}
	ns := kinds.Namespaces.Get(r, "", namespace)
	if ns == nil || len(ns.Labels) == 0 {
		return Maybe
	}
	return matches(s, namespaceLabels(ns), func(string) bool { return false })
}

// matches evaluates a selector on labels of which those with an unknown key may
// be there or not.
func matches(s *metav1.LabelSelector, have map[string]string, unknown func(key string) bool) Answer {
	answer := Yes
	for k, v := range s.MatchLabels {
		answer = min(answer, meets(have, unknown, k, metav1.LabelSelectorOpIn, []string{v}))
	}
	for i := range s.MatchExpressions {
		e := &s.MatchExpressions[i]
		answer = min(answer, meets(have, unknown, e.Key, e.Operator, e.Values))
	}
	return answer
}

func meets(have map[string]string, unknown func(string) bool, key string, op metav1.LabelSelectorOperator,
	values []string,
) Answer {
	v, ok := have[key]
	if !ok && unknown(key) {
		return Maybe
	}
	switch op {
	case metav1.LabelSelectorOpIn:
		return certainly(ok && slices.Contains(values, v))
	case metav1.LabelSelectorOpNotIn:
		return certainly(!ok || !slices.Contains(values, v))
	case metav1.LabelSelectorOpExists:
		return certainly(ok)
	case metav1.LabelSelectorOpDoesNotExist:
		return certainly(!ok)
	}
	return Maybe
}
