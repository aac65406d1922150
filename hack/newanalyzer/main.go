// Command newanalyzer starts a check: it makes the folder, a Go file with what
// must be filled in, and the two fixtures.
//
//	go run ./hack/newanalyzer routing/unknownhost
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./hack/newanalyzer CATEGORY/PROBLEM")
		os.Exit(2)
	}
	if err := create(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "newanalyzer:", err)
		os.Exit(1)
	}
}

var valid = regexp.MustCompile(`^[a-z]+/[a-z]+$`)

func create(id string) error {
	if !valid.MatchString(id) {
		return fmt.Errorf("%q: want category/problem in lower-case letters", id)
	}
	_, problem, _ := strings.Cut(id, "/")
	dir := filepath.Join("internal", "analyzers", filepath.FromSlash(id))
	if _, err := os.Stat(dir); err == nil {
		return fmt.Errorf("%s exists", dir)
	}
	if err := os.MkdirAll(filepath.Join(dir, "testdata"), 0o755); err != nil {
		return err
	}
	files := map[string]string{
		problem + ".go":      strings.ReplaceAll(template, "PROBLEM", problem),
		"testdata/bad.yaml":  "# The mistake, with \"# want\" and a regular expression on the line at fault.\n",
		"testdata/good.yaml": "# Everything that looks like the mistake and is not.\n",
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	fmt.Println("Write", dir+", then make generate.")
	return nil
}

const template = `// Package PROBLEM flags ...
package PROBLEM

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Analyzer flags ...
var Analyzer = &analysis.Analyzer{
	Name:     "PROBLEM",
	Severity: analysis.Medium,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "",
	Why:      "",
	Fix:      "",
	Subject:  kinds.VirtualServices.Name,
	Run:      run,
}

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	p.Report("spec", "%s", vs.Name)
}
`
