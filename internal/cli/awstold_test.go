package cli_test

import (
	"strings"
	"testing"
)

// Who asks for AWS is told why it does not answer, also where that is for want
// of credentials, which an operator takes for a choice.
func TestWhoAsksForAWSIsToldWhyItDoesNotAnswer(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AWS_REGION", "eu-west-1")
	o := meshaudit(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n", "analyze", "--aws", "--file", "-")
	if o.code != 4 || !strings.Contains(o.errors, "No credentials") {
		t.Errorf("code %d: %s", o.code, o.errors)
	}
}
