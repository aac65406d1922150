package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func reportOf(namespace string, findings ...finding) report {
	var r report
	r.Metadata.Namespace = namespace
	r.Status.Findings = findings
	return r
}

// perfect are reports that meet every expectation.
func perfect() map[string]report {
	reports := map[string]report{}
	for _, namespace := range healthy {
		reports[namespace] = reportOf(namespace, finding{Severity: "Info", Check: "any/thing"})
	}
	for _, want := range faulty {
		reports[want.namespace] = reportOf(want.namespace, finding{Severity: "Medium", Category: want.category})
	}
	return reports
}

func TestUnmet(t *testing.T) {
	mtls := func(r map[string]report) *finding { return &r["sample-mtls"].Status.Findings[0] }
	for name, test := range map[string]struct {
		change func(map[string]report)
		want   string
	}{
		"nothing": {func(map[string]report) {}, ""},
		"no report": {
			func(r map[string]report) { delete(r, "shop"); delete(r, "sample-mtls") },
			"no report of shop, sample-mtls",
		},
		"mild":    {func(r map[string]report) { mtls(r).Severity = "Low" }, "no finding of mtls in sample-mtls"},
		"other's": {func(r map[string]report) { mtls(r).Category = "gateway" }, "no finding of mtls in sample-mtls"},
		"not healthy": {
			func(r map[string]report) { r["shop"].Status.Findings[0].Severity = "Low" },
			"shop should be healthy and has any/thing (Low: )",
		},
		"not of the samples": {
			func(r map[string]report) { r["default"] = reportOf("default", finding{Severity: "Critical"}) }, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			reports := perfect()
			test.change(reports)
			if got := strings.Join(unmet(reports), "; "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func sampleText(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "config", "samples", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	var all strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

func TestEverySampleNamespaceIsExpected(t *testing.T) {
	var expected []string
	for _, want := range faulty {
		expected = append(expected, want.namespace)
	}
	expected = append(expected, healthy...)
	names := regexp.MustCompile(`kind: Namespace\nmetadata:\n  name: (\S+)`)
	for _, match := range names.FindAllStringSubmatch(sampleText(t), -1) {
		if !slices.Contains(expected, match[1]) {
			t.Errorf("nothing is expected of namespace %s", match[1])
		}
	}
}

func TestSamplesNameTheMending(t *testing.T) {
	if !strings.Contains(sampleText(t), "# To mend it: "+mending()+"\n") {
		t.Errorf("no sample says %q", mending())
	}
}
