package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// width of the text, indentation included.
const (
	width  = 100
	indent = "          "
)

// show prints the reports as kubectl does, and the worst of their findings.
func (d *demo) show(ctx context.Context) error {
	fmt.Fprint(d.out, "\n$ kubectl get meshauditreports -A\n")
	cmd := d.cluster.Kubectl(ctx, "get", "meshauditreports", "-A")
	cmd.Stdout, cmd.Stderr = d.out, d.out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("kubectl get: %w", err)
	}
	reports, err := d.reports(ctx)
	if err != nil {
		return err
	}
	fmt.Fprint(d.out, "\nThe worst finding of each report:\n\n")
	for _, f := range worst(reports) {
		f.write(d.out)
	}
	return nil
}

// worst gives the first finding of each report, worst first, Info left out.
func worst(reports map[string]report) (list []finding) {
	for _, r := range reports {
		if findings := r.Status.Findings; len(findings) > 0 && findings[0].atLeast("Low") {
			list = append(list, findings[0])
		}
	}
	slices.SortFunc(list, func(a, b finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(severities, a.Severity), slices.Index(severities, b.Severity)),
			strings.Compare(a.Check, b.Check),
			strings.Compare(a.Subject.Namespace, b.Subject.Namespace))
	})
	return list
}

func (f *finding) write(w io.Writer) {
	name := f.Subject.Name
	if f.Subject.Namespace != "" {
		name = f.Subject.Namespace + "/" + name
	}
	fmt.Fprintf(w, "%-9s %s  %s %s\n", f.Severity, f.Check, f.Subject.Kind, name)
	if f.Field != "" {
		writeWrapped(w, f.Field+":")
	}
	writeWrapped(w, f.Message)
	writeWrapped(w, "Fix: "+f.Fix)
	fmt.Fprintln(w)
}

// writeWrapped writes a paragraph in lines of the width, indented.
func writeWrapped(w io.Writer, text string) {
	line := indent
	for i, word := range strings.Fields(text) {
		if i > 0 && len(line)+1+len(word) > width {
			fmt.Fprintln(w, line)
			line = indent
		} else if i > 0 {
			line += " "
		}
		line += word
	}
	fmt.Fprintln(w, line)
}

func (d *demo) tellHowToGoOn() {
	fmt.Fprintf(d.out, `The demo stays up until Ctrl-C. To look around, in another terminal:

  export KUBECONFIG=%s
  export PATH=%s:$PATH
  kubectl get meshauditreports -A --watch
  kubectl -n sample-mtls get meshauditreport mesh-audit -o yaml

Mend a mistake and see its report change within two seconds; the head of each
file in config/samples says how. For instance:

  %s

The operator's metrics: %s
The operator's log:     %s
`, d.cluster.KubeconfigPath, d.path("bin", "controlplane"), mending(), d.metrics,
		filepath.Join(d.dir, operatorName+".log"))
}
