package cli

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/output"
)

// mostSubjects is how many an exception may name.
const mostSubjects = 64

// share is what one exception of a baseline is about, if its subjects are not
// too many.
type share struct{ namespace, check string }

func (s share) compare(o share) int {
	return cmp.Or(strings.Compare(s.namespace, o.namespace), strings.Compare(s.check, o.check))
}

// excepted gives exceptions, like the one given, that silence the findings that
// count and are at or above the bar, in order.
func (j *job) excepted(
	bar analysis.Severity, r *output.Report, like v1alpha1.MeshAuditExceptionSpec,
) (list []v1alpha1.MeshAuditException) {
	shares, taken := map[share][]v1alpha1.ExceptionSubject{}, j.takenNames()
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.SuppressedBy != "" || f.Severity < bar {
			continue
		}
		of := share{cmp.Or(findings.Place(f.Subject), j.system), f.Check.ID()}
		shares[of] = append(shares[of], subjectOf(f))
	}
	for _, s := range slices.SortedFunc(maps.Keys(shares), share.compare) {
		subjects := shares[s]
		slices.SortFunc(subjects, func(a, b v1alpha1.ExceptionSubject) int {
			return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
		})
		subjects = slices.Compact(subjects)
		for part := range slices.Chunk(subjects, mostSubjects) {
			e := v1alpha1.MeshAuditException{Spec: like}
			e.APIVersion, e.Kind = v1alpha1.GroupVersion.String(), exceptionKind
			e.Namespace, e.Name = s.namespace, freeName(s, taken)
			e.Spec.Checks, e.Spec.Subjects = []string{s.check}, part
			list = append(list, e)
		}
	}
	return list
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9.:_-]`)

// subjectOf chooses just the finding's subject, as far as an exception can say.
func subjectOf(f *output.Finding) v1alpha1.ExceptionSubject {
	return v1alpha1.ExceptionSubject{
		Kind: f.Subject.Kind.Short(), Name: notInNames.ReplaceAllLiteralString(f.Subject.Name, "*"),
	}
}

// takenNames are those of the exceptions that there are.
func (j *job) takenNames() map[string]bool {
	taken := map[string]bool{}
	for _, e := range j.exceptions.list {
		taken[e.Namespace+"/"+e.Name] = true
	}
	return taken
}

// freeName takes a name that nobody has.
func freeName(s share, taken map[string]bool) string {
	base := "baseline-" + strings.ReplaceAll(s.check, "/", "-")
	name := base
	for n := 2; taken[s.namespace+"/"+name]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	taken[s.namespace+"/"+name] = true
	return name
}

func writeYAML(w io.Writer, e *v1alpha1.MeshAuditException) error {
	text, err := yaml.Marshal(e)
	if err == nil {
		_, err = fmt.Fprintf(w, "---\n%s", text)
	}
	return err
}

// tellBaseline says what the exceptions will do. The policy may not let them.
func (j *job) tellBaseline(w io.Writer, list []v1alpha1.MeshAuditException) {
	made, matched, refused := map[string]bool{}, 0, 0
	for i := range list {
		made[list[i].Namespace+"/"+list[i].Name] = true
		e, _ := policy.CompileException(&list[i], analyzers.All)
		j.ledger.SetException(e)
	}
	for _, u := range j.ledger.Uses() {
		if made[u.Namespace+"/"+u.Name] {
			matched, refused = matched+u.Matched, refused+u.Refused
		}
	}
	switch {
	case len(list) == 0:
		fmt.Fprintln(w, "nothing to silence")
	case len(list) == 1:
		fmt.Fprintf(w, "1 exception that silences %s\n", output.Count(matched, "finding"))
	default:
		fmt.Fprintf(w, "%d exceptions that silence %s\n", len(list), output.Count(matched, "finding"))
	}
	if refused > 0 {
		fmt.Fprintf(w, "the policy (spec.exceptions) does not let them silence %d more\n", refused)
	}
}
