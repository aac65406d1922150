package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzExceptionsFile reads anything as a file of --exceptions: it is an error of
// usage that names the flag and the file, or exceptions, each with namespace and
// name, none of which acts without a reason.
func FuzzExceptionsFile(f *testing.F) {
	const head = "apiVersion: meshaudit.io/v1alpha1\nkind: MeshAuditException\nmetadata: {name: a}\n"
	for _, text := range []string{
		"", head, head + "spec: {checks: [a/b], reason: x}\n", head + "---\n" + head, "[]", "kind: List\napiVersion: v1\nitems: []\n",
		head + "spec: {checks: ['*'], reason: x, expiresAt: 2030-01-01T00:00:00Z, subjects: [{kind: Pod}]}\nstatus: {matched: 1}\n",
		head + "spec: {checks: a/b}\n", head + "spec: {subjects: [{kid: Pod}]}\n", head + "spec: {expiresAt: soon}\n",
		head + "spec: {expiresAt: 5}\n", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n", head + "spec: &a [*a]\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(t.TempDir(), "known.yaml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		flags := inputFlags{exceptions: []string{file}}
		list, err := flags.readExceptions(strings.NewReader(""))
		if err != nil && (!strings.HasPrefix(err.Error(), "--exceptions: ") || !strings.Contains(err.Error(), "known.yaml")) {
			t.Errorf("%q: %v", text, err)
		}
		for _, e := range list {
			if e.Namespace == "" || e.Name == "" || e.at("") == "" || len(e.Checks) > 0 && !strings.Contains(string(text), "reason") {
				t.Errorf("%q: %+v", text, e)
			}
		}
	})
}
