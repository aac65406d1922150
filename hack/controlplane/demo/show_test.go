package main

import (
	"strings"
	"testing"
)

func TestWorst(t *testing.T) {
	subject := func(severity, namespace string) finding {
		f := finding{Severity: severity}
		f.Subject.Namespace = namespace
		return f
	}
	list := worst(map[string]report{
		"b": reportOf("b", subject("High", "b"), subject("Medium", "b")),
		"a": reportOf("a", subject("High", "a")),
		"c": reportOf("c", subject("Critical", "c")),
		"d": reportOf("d", subject("Info", "d")),
		"e": reportOf("e"),
	})
	var got []string
	for _, f := range list {
		got = append(got, f.Subject.Namespace)
	}
	if strings.Join(got, " ") != "c a b" {
		t.Errorf("got %v", got)
	}
}

func TestWriteWrapped(t *testing.T) {
	var b strings.Builder
	writeWrapped(&b, strings.Repeat("word ", 40))
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("got %d lines, want 3", len(lines))
	}
	for _, line := range lines {
		if len(line) > width || !strings.HasPrefix(line, indent+"word") || strings.HasSuffix(line, " ") {
			t.Errorf("got %q", line)
		}
	}
}
