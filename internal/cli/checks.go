package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/output"
)

func newChecksCommand(s Streams) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "checks [NAME]",
		Short: "List the checks, or explain those whose ID contains NAME",
		Example: `  meshaudit checks
  meshaudit checks routing/unknownhost
  meshaudit checks IST0101
  meshaudit checks --output json   # all there is to know about all of them`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("checks takes at most one name")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return showChecks(s.Out, format, args)
		},
	}
	c.Flags().StringVarP(&format, "output", "o", "table", strings.Join(output.Formats, " or "))
	return c
}

func showChecks(w io.Writer, format string, names []string) error {
	if !slices.Contains(output.Formats, format) {
		return usage("--output: unknown format %q, want %s", format, strings.Join(output.Formats, " or "))
	}
	found := analyzers.All
	if len(names) > 0 {
		if found = find(names[0]); len(found) == 0 {
			return usage("no check is called %q; meshaudit checks lists them all", names[0])
		}
	}
	switch {
	case format == "json":
		return encodeChecks(w, found)
	case len(names) == 0:
		return listChecks(w)
	}
	explain(w, found)
	return nil
}

func listChecks(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CHECK\tSEVERITY\tPROFILE\tPROBLEM")
	for _, c := range analyzers.All {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", c.ID(), severityOf(c), c.Profile, c.Title)
	}
	return t.Flush()
}

// severityOf tells an opinion apart: it is Info unless it matters.
func severityOf(c analysis.Check) string {
	if c.Opinion {
		return c.Severity.String() + "*"
	}
	return c.Severity.String()
}

func explain(w io.Writer, found []analysis.Check) {
	for i, c := range found {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s (%s, profile %s, subject %s, since %s)\n",
			c.ID(), c.Severity, c.Profile, c.About(), c.Since)
		fmt.Fprintf(w, "  %s.\n  Why: %s\n  Fix: %s\n", c.Title, c.Why, c.Fix)
		if c.Opinion {
			fmt.Fprintln(w, "  A matter of taste: Info, unless something sensitive is concerned or the profile is Strict.")
		}
		if len(c.Equivalents) > 0 {
			fmt.Fprintf(w, "  Known elsewhere as %s.\n", strings.Join(c.Equivalents, ", "))
		}
		if read := inputs(c); len(read) > 0 {
			fmt.Fprintf(w, "  Reads %s.\n", strings.Join(read, ", "))
		}
	}
}

// inputs are the kinds that a check reads, as kubectl takes them.
func inputs(c analysis.Check) []string {
	out := []string{}
	for _, k := range analyzers.Inputs(c) {
		out = append(out, string(k))
	}
	return out
}

// find prefers the check of exactly that ID or code over those whose ID
// contains the name.
func find(name string) []analysis.Check {
	var exact, part []analysis.Check
	for _, c := range analyzers.All {
		switch {
		case c.ID() == name || c.Name == name || slices.Contains(c.Equivalents, strings.ToUpper(name)):
			exact = append(exact, c)
		case strings.Contains(c.ID(), name):
			part = append(part, c)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return part
}
