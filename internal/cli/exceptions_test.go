package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// known is an exception for the mistake of dangling.
const known = `apiVersion: meshaudit.io/v1alpha1
kind: MeshAuditException
metadata:
  name: known
  namespace: shop
spec:
  checks: [routing/unknownhost]
  subjects:
    - kind: VirtualService
      name: cart
  reason: The host comes with the next release.
`

func edited(t *testing.T, old, text string) string {
	t.Helper()
	if !strings.Contains(known, old) {
		t.Fatalf("no %q", old)
	}
	return strings.Replace(known, old, text, 1)
}

// TestWhatIsKnownDoesNotFail: exceptions of a file, of several, of a directory,
// of a list, among the manifests; and what of them is of no use is told.
func TestWhatIsKnownDoesNotFail(t *testing.T) {
	other := edited(t, "name: known", "name: other")
	expired := edited(t, "  reason", "  expiresAt: 2020-01-01T00:00:00Z\n  reason")
	list := "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(known), "\n", "\n  ") + "\n"
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, "known.yaml"), []byte(known), 0o600); err != nil {
		t.Fatal(err)
	}
	bounds := file(t, "apiVersion: meshaudit.io/v1alpha1\nkind: MeshAuditPolicy\nspec: {exceptions: {maxSeverity: Low}}\n")
	for name, c := range map[string]struct {
		stdin string
		args  []string
		code  int
		says  string
	}{
		"a file":               {dangling, []string{file(t, known)}, 0, ""},
		"a list":               {dangling, []string{file(t, list)}, 0, ""},
		"a directory":          {dangling, []string{directory}, 0, ""},
		"two files":            {dangling, []string{file(t, other), file(t, known)}, 0, ""},
		"among the manifests":  {dangling + "---\n" + known, nil, 0, ""},
		"one replaced":         {dangling + "---\n" + known, []string{file(t, edited(t, "name: cart", "name: pay"))}, 3, "no finding matches"},
		"another namespace":    {dangling, []string{file(t, edited(t, "namespace: shop", "namespace: bank"))}, 3, "exception bank/known silences nothing"},
		"no namespace":         {dangling, []string{file(t, edited(t, "  namespace: shop\n", ""))}, 3, "exception default/known silences nothing"},
		"one that expired":     {dangling, []string{file(t, expired)}, 3, "input.yaml:1: exception shop/known silences nothing: it expired at 2020-01-01T00:00:00Z"},
		"a check of no name":   {dangling, []string{file(t, edited(t, "[routing/unknownhost]", "[routing/unknownhost, no/such]"))}, 0, `input.yaml:7: exception shop/known: "no/such" matches no check`},
		"what the policy says": {dangling, []string{file(t, known), "--policy", bounds}, 3, "the policy does not let it (findings that match: 1)"},
		"a subject too many": {
			dangling,
			[]string{file(t, edited(t, "  reason", "    - {}\n  reason"))},
			0,
			"input.yaml:11: exception shop/known: spec.subjects[1] is ignored: none of kind, name and labelSelector is given",
		},
		"no reason": {
			dangling,
			[]string{file(t, edited(t, "  reason: The host comes with the next release.\n", ""))},
			3,
			"spec.reason is ignored: says nothing, so that nothing is silenced",
		},
		"not what is audited": {dangling, []string{file(t, known), "--checks", "mtls/*"}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"analyze", "--file", "-"}
			for i, a := range c.args {
				if !strings.HasPrefix(a, "--") && (i == 0 || !strings.HasPrefix(c.args[i-1], "--")) {
					args = append(args, "--exceptions")
				}
				args = append(args, a)
			}
			o := meshaudit(t, c.stdin, args...)
			if o.code != c.code || !strings.Contains(o.errors, c.says) || c.says == "" && strings.Contains(o.errors, "exception") {
				t.Errorf("exit code %d, want %d and %q\n%s%s", o.code, c.code, c.says, o.errors, o.out)
			}
		})
	}
}

// TestAFileThatHoldsNoException is named with line and field.
func TestAFileThatHoldsNoException(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"another kind":           {dangling, "input.yaml:1: holds a VirtualService of networking.istio.io/v1, want a MeshAuditException"},
		"another version":        {edited(t, "v1alpha1", "v9"), "holds a MeshAuditException of meshaudit.io/v9"},
		"a word misspelt":        {edited(t, "reason:", "reasons:"), `input.yaml:11: MeshAuditException known: unknown field "spec.reasons"`},
		"a misspelt subject":     {edited(t, "kind: VirtualService", "kid: VirtualService"), `input.yaml:9: MeshAuditException known: unknown field "spec.subjects[0].kid"`},
		"a word of a wrong type": {edited(t, "[routing/unknownhost]", "routing/unknownhost"), "input.yaml:7: MeshAuditException known: spec.checks is a string"},
		"no time":                {edited(t, "  reason", "  expiresAt: tomorrow\n  reason"), `input.yaml:11: MeshAuditException known: spec.expiresAt: "tomorrow" is no time`},
		"no name":                {edited(t, "  name: known\n", ""), "input.yaml:3: MeshAuditException without a metadata.name"},
		"twice":                  {known + "---\n" + known, "input.yaml:13: exception shop/known is defined a second time; the first is at"},
		"no YAML":                {"a: [\n", "input.yaml:1:"},
		"nothing":                {"# nothing\n", "no MeshAuditException in"},
	} {
		o := meshaudit(t, dangling, "analyze", "--file", "-", "--exceptions", file(t, c.text))
		if o.code != 2 || !strings.Contains(o.errors, c.want) || !strings.Contains(o.errors, "--exceptions: ") {
			t.Errorf("%s: exit code %d, want 2 and %q\n%s", name, o.code, c.want, o.errors)
		}
	}
	for args, want := range map[string]string{
		"--exceptions /nowhere.yaml": "/nowhere.yaml: no such file",
		"--exceptions -":             "standard input is read once",
	} {
		o := meshaudit(t, dangling, append([]string{"analyze", "--file", "-"}, strings.Fields(args)...)...)
		if o.code != 2 || !strings.Contains(o.errors, want) {
			t.Errorf("%s: exit code %d: %s", args, o.code, o.errors)
		}
	}
}

// TestAMalformedExceptionAmongManifestsIsAGap: the findings count.
func TestAMalformedExceptionAmongManifestsIsAGap(t *testing.T) {
	sound := strings.ReplaceAll(dangling, "kart", "cart")
	for text, want := range map[string]string{
		edited(t, "reason:", "reasons:"): `<stdin>:33: MeshAuditException known: unknown field "spec.reasons"`,
		known + "---\n" + known:          "<stdin>:35: exception shop/known is defined a second time; the first is at <stdin>:23",
	} {
		o := meshaudit(t, sound+"---\n"+text, "analyze", "--file", "-")
		if o.code != 4 || !strings.Contains(o.errors, want) {
			t.Errorf("exit code %d, want 4 and %q\n%s", o.code, want, o.errors)
		}
	}
}

// TestWhatIsSilencedIsListed: last, and with the name of the exception.
func TestWhatIsSilencedIsListed(t *testing.T) {
	second := strings.ReplaceAll(strings.Split(dangling, "---")[0], "cart", "pay")
	args := []string{"analyze", "--file", "-", "--exceptions", file(t, known)}
	o := meshaudit(t, dangling+"---\n"+second, args...)
	silenced := strings.Index(o.out, "Silenced by exceptions:\nHigh  routing/unknownhost  VirtualService shop/cart  by shop/known\n")
	if counts := strings.Index(o.out, "VirtualService shop/pay"); o.code != 3 || counts < 0 || silenced < counts ||
		!strings.Contains(o.out, "1 High, ") || !strings.Contains(o.out, "; 1 silenced by exceptions.") {
		t.Errorf("exit code %d\n%s", o.code, o.out)
	}
	o = meshaudit(t, dangling+"---\n"+second, append(args, "--output", "json")...)
	var d audited
	if err := json.Unmarshal([]byte(o.out), &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Findings) != 2 || d.Findings[0].SuppressedBy != "" || d.Findings[1].SuppressedBy != "shop/known" ||
		d.Findings[1].Subject["name"] != "cart" || d.Summary["high"] != 1 || d.Summary["suppressed"] != 1 {
		t.Errorf("%+v", d)
	}
}
