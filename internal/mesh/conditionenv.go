package mesh

import (
	"sync"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/util/version"
	apicel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
)

// conditionEnv is the environment of CEL in which the API server compiles
// matchConditions that it has stored. It is made when the first webhook has one.
var conditionEnv = sync.OnceValue(func() *cel.Env {
	request := requestType()
	set, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(
		environment.VersionedOptions{
			IntroducedVersion: version.MajorMinor(1, 0),
			EnvOptions: []cel.EnvOption{
				cel.Variable("object", cel.DynType), cel.Variable("oldObject", cel.DynType),
				cel.Variable("namespaceObject", cel.DynType), cel.Variable("request", request.CelType()),
				cel.Variable("authorizer", library.AuthorizerType),
				cel.Variable("authorizer.requestResource", library.ResourceCheckType),
			},
			DeclTypes: []*apicel.DeclType{request},
		},
		environment.StrictCostOpt,
	)
	if err != nil {
		panic("mesh: environment of matchConditions: " + err.Error())
	}
	return set.StoredExpressionsEnv()
})

// requestType is the type of the variable request, as in
// k8s.io/apiserver/pkg/admission/plugin/cel, which would bring in the machinery
// of admission.
func requestType() *apicel.DeclType {
	text, list := apicel.StringType, apicel.NewListType
	kind := record("GroupVersionKind", required("group", text), required("version", text), required("kind", text))
	resource := record("GroupVersionResource",
		required("group", text), required("version", text), required("resource", text))
	user := record("UserInfo", optional("username", text), optional("uid", text), optional("groups", list(text, -1)),
		optional("extra", apicel.NewMapType(text, list(text, -1), -1)))
	return record("AdmissionRequest",
		required("kind", kind), required("resource", resource), optional("subResource", text),
		required("requestKind", kind), required("requestResource", resource), optional("requestSubResource", text),
		required("name", text), optional("namespace", text), required("operation", text),
		required("userInfo", user), optional("dryRun", apicel.BoolType), optional("options", apicel.DynType))
}

func record(name string, fields ...*apicel.DeclField) *apicel.DeclType {
	byName := make(map[string]*apicel.DeclField, len(fields))
	for _, f := range fields {
		byName[f.Name] = f
	}
	return apicel.NewObjectType("kubernetes."+name, byName)
}

func required(name string, t *apicel.DeclType) *apicel.DeclField {
	return apicel.NewDeclField(name, t, true, nil, nil)
}

func optional(name string, t *apicel.DeclType) *apicel.DeclField {
	return apicel.NewDeclField(name, t, false, nil, nil)
}
