package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzPolicyFile reads anything as the file of --policy: it is an error of
// usage that names the flag, or settings, and what of it is not in force is
// told.
func FuzzPolicyFile(f *testing.F) {
	const head = "apiVersion: meshaudit.io/v1alpha1\nkind: MeshAuditPolicy\n"
	for _, text := range []string{
		"", head, head + "spec: {profile: Strict, checks: [{name: 'routing/*', disabled: true}]}\n",
		head + "spec: {sensitive: {ports: [0]}, thresholds: {gracePeriod: 99h}}\n", head + "spec: {colour: red}\n",
		head + "---\n" + head, head + "spec: {reports: {maxSize: 1e30}, namespaces: {include: {}}}\n",
		head + "spec: {thresholds: {gracePeriod: 5}}\n", "kind: MeshAuditPolicy\nspec: &a [*a]\n", "[]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(t.TempDir(), "policy.yaml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		var told bytes.Buffer
		flags := inputFlags{policy: file}
		s, err := flags.settings(&told)
		switch {
		case err != nil && !bytes.Contains([]byte(err.Error()), []byte("--policy: ")):
			t.Errorf("%q: %v", text, err)
		case err == nil && (s.Mesh == nil || s.Sensitive == nil || s.Thresholds == nil || s.AppMesh == nil):
			t.Errorf("%q: %+v", text, s)
		}
	})
}

// FuzzChecksFlag: a pattern of --checks chooses checks, each once, or is
// refused.
func FuzzChecksFlag(f *testing.F) {
	f.Add("routing/*", "*")
	f.Add("*/unknown*", "")
	f.Add("nothing", "**")
	f.Fuzz(func(t *testing.T, one, two string) {
		chosen, err := matching([]string{one, two})
		if (err == nil) != (len(chosen) > 0) {
			t.Errorf("%q, %q: %d checks, %v", one, two, len(chosen), err)
		}
		for i := 1; i < len(chosen); i++ {
			if chosen[i-1].ID() >= chosen[i].ID() {
				t.Errorf("%s stands before %s", chosen[i-1].ID(), chosen[i].ID())
			}
		}
	})
}
