package findings_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/meshaudit/meshaudit/internal/findings"
)

// FuzzMatch holds patterns, as in policies and in flags, to what a regular
// expression says in which each star is ".*".
func FuzzMatch(f *testing.F) {
	for _, seed := range [][2]string{
		{"routing/*", "routing/unknownhost"}, {"*", ""}, {"*/unknown*", "routing/unknownhost"}, {"a*a", "a"}, {"**a*", "ba"}, {"é*", "é\xff"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		parts := strings.Split(strings.ToValidUTF8(pattern, ""), "*")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		name = strings.ToValidUTF8(name, "")
		want := regexp.MustCompile("(?s)^" + strings.Join(parts, ".*") + "$").MatchString(name)
		if got := findings.Match(strings.ToValidUTF8(pattern, ""), name); got != want {
			t.Errorf("%q matches %q: %t", pattern, name, got)
		}
	})
}
