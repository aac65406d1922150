package mesh

import (
	"slices"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Condition is one of a webhook's matchConditions: a CEL expression about the
// request to create a Pod.
type Condition struct {
	Name       string
	expression string
	program    cel.Program // nil if it does not compile
}

// newConditions compiles the matchConditions of a webhook.
func newConditions(w *kinds.Webhook) []Condition {
	out := make([]Condition, 0, len(w.MatchConditions))
	for _, m := range w.MatchConditions {
		out = append(out, newCondition(m))
	}
	return out
}

func newCondition(m admissionv1.MatchCondition) Condition {
	c := Condition{Name: m.Name, expression: m.Expression}
	env := conditionEnv()
	ast, issues := env.Compile(m.Expression)
	if issues.Err() != nil {
		return c
	}
	program, err := env.Program(ast, cel.EvalOptions(cel.OptPartialEval), cel.CostLimit(conditionCost))
	if err == nil {
		c.program = program
	}
	return c
}

// conditionCost bounds the evaluation of a condition, in CEL's units: some
// hundred times what usual ones need, and a fiftieth of the API server's limit.
const conditionCost = 20_000

// Matches evaluates the condition as the API server does when a Pod like this
// is created in the namespace. Maybe is the answer where it depends on what is
// not known beforehand (spec, owner and name of the Pod, who asks, labels that
// controllers add), fails, or does not compile.
func (c *Condition) Matches(pod *Template, namespace string) Answer {
	if c.program == nil || !pod.Live && slices.ContainsFunc(addedLabels, c.mentions) {
		return Maybe
	}
	vars, err := cel.PartialVars(requestOf(pod, namespace), unknownParts()...)
	if err != nil {
		return Maybe
	}
	switch out, _, _ := c.program.Eval(vars); out {
	case types.True:
		return Yes
	case types.False:
		return No
	}
	return Maybe
}

func (c *Condition) mentions(text string) bool { return strings.Contains(c.expression, text) }

// requestOf are the variables of a condition, as far as they are known.
func requestOf(pod *Template, namespace string) map[string]any {
	metadata := map[string]any{"namespace": namespace}
	if len(pod.Labels) > 0 {
		metadata["labels"] = pod.Labels
	}
	if len(pod.Annotations) > 0 {
		metadata["annotations"] = pod.Annotations
	}
	kind := map[string]any{"group": "", "version": "v1", "kind": "Pod"}
	resource := map[string]any{"group": "", "version": "v1", "resource": "pods"}
	return map[string]any{
		"object": map[string]any{"metadata": metadata}, "oldObject": nil, "namespaceObject": nil,
		"request": map[string]any{
			"operation": "CREATE", "namespace": namespace, "dryRun": false,
			"kind": kind, "requestKind": kind, "resource": resource, "requestResource": resource,
		},
	}
}

// unknownParts are the parts of the variables that are not known before there
// is a request.
var unknownParts = sync.OnceValue(func() []*cel.AttributePatternType {
	out := []*cel.AttributePatternType{
		cel.AttributePattern("authorizer"), cel.AttributePattern("authorizer.requestResource"),
	}
	for _, field := range []string{"apiVersion", "kind", "spec", "status"} {
		out = append(out, cel.AttributePattern("object").QualString(field))
	}
	for _, field := range []string{
		"name", "generateName", "uid", "ownerReferences", "finalizers", "creationTimestamp", "deletionTimestamp",
		"deletionGracePeriodSeconds", "generation", "resourceVersion", "managedFields", "selfLink",
	} {
		out = append(out, cel.AttributePattern("object").QualString("metadata").QualString(field))
	}
	for _, field := range []string{"name", "uid", "userInfo", "options"} {
		out = append(out, cel.AttributePattern("request").QualString(field))
	}
	return out
})
