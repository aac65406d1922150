package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/cli"
)

// A route to a host that nothing defines: one finding of severity High.
const dangling = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: cart
  namespace: shop
spec:
  hosts: [cart]
  http:
    - route:
        - destination:
            host: kart
---
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
spec:
  selector: {app: cart}
  ports:
    - port: 80
`

// outcome is what a run of the program leaves.
type outcome struct {
	code        int
	out, errors string
}

func meshaudit(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	code := cli.Execute(t.Context(), args, cli.Streams{In: strings.NewReader(stdin), Out: &out, Err: &errs})
	return outcome{code, out.String(), errs.String()}
}

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "input.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestExitCodes: the lowest of 1 to 4 that applies, else 0.
func TestExitCodes(t *testing.T) {
	broken := "---\nkind: [\n"
	policy := file(t, "apiVersion: meshaudit.io/v1alpha1\nkind: MeshAuditPolicy\nmetadata: {name: default}\n"+
		"spec:\n  checks:\n    - {name: routing/*, severity: Low}\n    - {name: nothing/*, disabled: true}\n")
	for name, c := range map[string]struct {
		stdin string
		args  string
		code  int
		says  string // on standard error
	}{
		"nothing found":               {strings.ReplaceAll(dangling, "kart", "cart"), "", 0, ""},
		"a High finding":              {dangling, "", 3, ""},
		"below the bar":               {dangling, "--fail-on critical", 0, ""},
		"a malformed document":        {strings.ReplaceAll(dangling, "kart", "cart") + broken, "", 4, "<stdin>:23:"},
		"nothing at all":              {"# empty\n", "", 4, "no object to audit"},
		"a finding outweighs a gap":   {dangling + broken, "", 3, "<stdin>:23:"},
		"another check is asked for":  {dangling, "--checks mtls/*", 0, ""},
		"the policy lowers it":        {dangling, "--policy " + policy, 0, `"nothing/*" matches no check`},
		"another namespace":           {dangling, "--namespace other", 0, ""},
		"no such check":               {dangling, "--checks nothing/*", 2, `"nothing/*" matches no check`},
		"no such severity":            {dangling, "--fail-on awful", 2, `unknown severity "awful"`},
		"no such format":              {dangling, "--output xml", 2, `unknown format "xml"`},
		"no such profile":             {dangling, "--profile lax", 2, `unknown profile "lax"`},
		"no such flag":                {dangling, "--frobnicate", 2, "unknown flag"},
		"a word too many":             {dangling, "now", 2, `unknown command "now"`},
		"files and a cluster":         {dangling, "--context prod", 2, "exclude each other"},
		"no such policy":              {dangling, "--policy /nowhere.yaml", 2, "/nowhere.yaml"},
		"a policy of another kind":    {dangling, "--policy " + file(t, "kind: Service\n"), 2, `holds kind "Service"`},
		"a policy with unknown words": {dangling, "--policy " + file(t, "kind: MeshAuditPolicy\nspec: {colour: red}\n"), 2, "colour"},
	} {
		t.Run(name, func(t *testing.T) {
			o := meshaudit(t, c.stdin, append([]string{"analyze", "--file", "-"}, strings.Fields(c.args)...)...)
			if o.code != c.code || !strings.Contains(o.errors, c.says) {
				t.Errorf("exit code %d, want %d\n%s", o.code, c.code, o.errors)
			}
		})
	}
}

func TestJSONNamesFileLineAndField(t *testing.T) {
	name := file(t, dangling)
	o := meshaudit(t, "", "analyze", "--file", name, "--output", "json")
	var d struct {
		Version  string         `json:"version"`
		Summary  map[string]int `json:"summary"`
		Findings []struct {
			ID       string            `json:"id"`
			Check    string            `json:"check"`
			Field    string            `json:"field"`
			Message  string            `json:"message"`
			Fix      string            `json:"fix"`
			Subject  map[string]string `json:"subject"`
			Source   map[string]any    `json:"source"`
			Severity string            `json:"severity"`
		} `json:"findings"`
	}
	if err := json.Unmarshal([]byte(o.out), &d); err != nil {
		t.Fatalf("%v in %s", err, o.out)
	}
	if len(d.Findings) != 1 || d.Version != "v1alpha1" || d.Summary["high"] != 1 || d.Summary["objects"] != 2 {
		t.Fatalf("got %+v", d)
	}
	f := d.Findings[0]
	if f.Check != "routing/unknownhost" || f.Field != "spec.http[0].route[0].destination.host" ||
		f.Source["file"] != name || f.Source["line"] != 11.0 || f.Subject["apiVersion"] != "networking.istio.io/v1" ||
		len(f.ID) != 16 || f.Fix == "" || f.Message == "" {
		t.Errorf("got %+v", f)
	}
}

func TestTableIsForPeople(t *testing.T) {
	o := meshaudit(t, dangling, "analyze", "--file", "-")
	for _, want := range []string{
		"High      VirtualService shop/cart  routing/unknownhost",
		"at <stdin>:11 spec.http[0].route[0].destination.host",
		"Fix: ", "2 objects audited by ",
	} {
		if !strings.Contains(o.out, want) {
			t.Errorf("output lacks %q:\n%s", want, o.out)
		}
	}
}

func TestChecksListsAndExplains(t *testing.T) {
	for args, want := range map[string]string{
		"checks":                     "routing/unknownhost",
		"checks routing/unknownhost": "Known elsewhere as IST0101, KIA1101.",
		"checks kia1101":             "routing/unknownhost",
	} {
		if o := meshaudit(t, "", strings.Fields(args)...); o.code != 0 || !strings.Contains(o.out, want) {
			t.Errorf("%s: exit code %d, output lacks %q:\n%s", args, o.code, want, o.out)
		}
	}
	if o := meshaudit(t, "", "checks", "nonsense"); o.code != 2 || !strings.Contains(o.errors, "meshaudit checks lists them all") {
		t.Errorf("exit code %d: %s", o.code, o.errors)
	}
}
