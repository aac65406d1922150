package output

import "testing"

// TestNothingReachesTheTerminal: manifests cannot write escape sequences.
func TestNothingReachesTheTerminal(t *testing.T) {
	for text, want := range map[string]string{
		"plain Über": "plain Über",
		"a\x1b[31mb": `a\x1b[31mb`,
		"a\u202eb\n": `a\u202eb\n`,
	} {
		if got := printable(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
