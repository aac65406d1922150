package output

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// table writes one line a finding, below it what is wrong and what to do; in
// short what is only worth knowing, and what exceptions silence; and a line that
// sums up.
func table(w io.Writer, r *Report) error {
	var b bytes.Buffer
	for i := range r.Findings {
		writeFinding(&b, &r.Findings[i])
	}
	columns(&b, r)
	silenced(&b, r)
	sumUp(&b, r)
	_, err := w.Write(b.Bytes())
	return err
}

// printable is a text in one line, without what could make a terminal do or
// hide something, since names and values of manifests are anybody's: control
// characters and those that turn the direction of writing are escaped.
func printable(text string) string {
	if !strings.ContainsFunc(text, unprintable) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if unprintable(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// columns lists the findings of the lowest severity in short, since Info is
// only worth knowing.
func columns(b *bytes.Buffer, r *Report) {
	if r.Summary.BySeverity[analysis.Info] == 0 {
		return
	}
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Severity == analysis.Info && f.SuppressedBy == "" {
			fmt.Fprintf(t, "Info\t%s\t%s\t%s\n", f.Check.ID(), printable(f.Subject.String()), printable(f.Message))
		}
	}
	_ = t.Flush() // a buffer takes everything
	b.WriteByte('\n')
}

// silenced lists the findings that exceptions silence in short, since somebody
// knows them, with the exception of each.
func silenced(b *bytes.Buffer, r *Report) {
	if r.Summary.Suppressed == 0 {
		return
	}
	b.WriteString("Silenced by exceptions:\n")
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for i := range r.Findings {
		if f := &r.Findings[i]; f.SuppressedBy != "" {
			fmt.Fprintf(t, "%s\t%s\t%s\tby %s\n",
				f.Severity, f.Check.ID(), printable(f.Subject.String()), printable(f.SuppressedBy))
		}
	}
	_ = t.Flush() // a buffer takes everything
	b.WriteByte('\n')
}

func writeFinding(b *bytes.Buffer, f *Finding) {
	if f.Severity == analysis.Info || f.SuppressedBy != "" {
		return
	}
	fmt.Fprintf(b, "%-8s  %s  %s\n", f.Severity, printable(f.Subject.String()), f.Check.ID())
	if where := place(f); where != "" {
		fmt.Fprintf(b, "          at %s\n", printable(where))
	}
	fmt.Fprintf(b, "          %s\n", printable(f.Message))
	if f.Stale {
		b.WriteString("          (stale: the check cannot be evaluated at present)\n")
	}
	fmt.Fprintf(b, "          Fix: %s\n\n", printable(f.Fix))
}

func place(f *Finding) string {
	switch {
	case f.File == "":
		return f.Field
	case f.Field == "":
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Field)
}

func sumUp(b *bytes.Buffer, r *Report) {
	fmt.Fprintf(b, "%s audited by %s: ", Count(r.Objects, "object"), Count(r.Checks, "check"))
	b.WriteString(totals(r))
	if n := r.Summary.Suppressed; n > 0 {
		fmt.Fprintf(b, "; %d silenced by exceptions", n)
	}
	b.WriteString(".\n")
}

func totals(r *Report) string {
	if r.Worst() == 0 {
		return "no findings"
	}
	var parts []string
	for _, s := range analysis.Severities {
		parts = append(parts, fmt.Sprintf("%d %s", r.Summary.BySeverity[s], s))
	}
	return strings.Join(parts, ", ")
}

// Count is a number with its noun, in the plural unless there is one.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Gaps writes what could not be read or evaluated, for people: it belongs to
// standard error, since it is about the audit and not about the mesh.
func Gaps(w io.Writer, r *Report) {
	for i := range r.Errors {
		fmt.Fprintln(w, "error:", printable(r.Errors[i].Error()))
	}
	byReason := map[inventory.State][]analysis.NotEvaluated{}
	for _, n := range r.NotEvaluated {
		byReason[n.Reason] = append(byReason[n.Reason], n)
	}
	for s := inventory.NotSynced; s <= inventory.Last; s++ {
		gap(w, s, byReason[s])
	}
}

func gap(w io.Writer, s inventory.State, list []analysis.NotEvaluated) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "%s, so not evaluated in full: ", s)
	for i, n := range list {
		if i > 0 {
			fmt.Fprint(w, ", ")
		}
		fmt.Fprintf(w, "%s (%s)", n.Check.ID(), shorts(n.Kinds))
	}
	fmt.Fprintln(w)
}

func shorts(list []inventory.Kind) string {
	var b bytes.Buffer
	for i, k := range list {
		if i > 0 {
			b.WriteString("+")
		}
		b.WriteString(k.Short())
	}
	return b.String()
}
