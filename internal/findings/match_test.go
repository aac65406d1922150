package findings_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/quick"

	"github.com/meshaudit/meshaudit/internal/findings"
)

// TestMatchAgreesWithRegexp: Match is what a regular expression says in which
// each star is ".*".
func TestMatchAgreesWithRegexp(t *testing.T) {
	agree := func(p, n []byte) bool {
		pattern, name := letters(p, "ab/*"), letters(n, "ab/")
		parts := strings.Split(pattern, "*")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		want := regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(name)
		return findings.Match(pattern, name) == want
	}
	if err := quick.Check(agree, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
}

func letters(choice []byte, alphabet string) string {
	var b strings.Builder
	for _, c := range choice[:min(len(choice), 8)] {
		b.WriteByte(alphabet[int(c)%len(alphabet)])
	}
	return b.String()
}
