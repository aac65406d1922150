package report_test

import (
	"encoding/json"
	"os"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"sigs.k8s.io/yaml"
)

// schemaOf reads what the API server validates a kind with.
func schemaOf(tb testing.TB, plural string) validation.SchemaValidator {
	tb.Helper()
	text, err := os.ReadFile("../../config/crd/meshaudit.io_" + plural + ".yaml")
	if err != nil {
		tb.Fatal(err)
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &crd); err != nil {
		tb.Fatal(err)
	}
	var schema apiextensions.JSONSchemaProps
	err = apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(
		crd.Spec.Versions[0].Schema.OpenAPIV3Schema, &schema, nil)
	if err != nil {
		tb.Fatal(err)
	}
	v, _, err := validation.NewSchemaValidator(&schema)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

// expectValid validates an object as the API server does.
func expectValid(tb testing.TB, schema validation.SchemaValidator, object any) {
	tb.Helper()
	raw, err := json.Marshal(object)
	if err != nil {
		tb.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		tb.Fatal(err)
	}
	for _, e := range validation.ValidateCustomResource(nil, tree, schema) {
		tb.Error(e)
	}
}
