package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	sigsjson "sigs.k8s.io/json"

	"github.com/meshaudit/meshaudit/api/v1alpha1"
	"github.com/meshaudit/meshaudit/controllers/policy"
	"github.com/meshaudit/meshaudit/internal/analyzers"
	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/manifests"
)

// exceptionKind is the kind of exceptions.
const exceptionKind = "MeshAuditException"

// exception is a MeshAuditException that acts on an audit.
type exception struct {
	findings.Exception

	verdict policy.Verdict
	item    *manifests.Item // nil if it came from a cluster
	asked   bool            // by --exceptions
}

// exceptions are those of one audit, one of each name.
type exceptions struct{ list []*exception }

func (x *exceptions) find(e *exception) int {
	return slices.IndexFunc(x.list, func(o *exception) bool { return o.Namespace == e.Namespace && o.Name == e.Name })
}

// add takes an exception in, in place of one of its name, which is an error.
func (x *exceptions) add(e *exception) *manifests.Error {
	i := x.find(e)
	if i < 0 {
		x.list = append(x.list, e)
		return nil
	}
	first := x.list[i]
	x.list[i] = e
	return problem(e.item, "", fmt.Sprintf("%s is defined a second time; the first is at %s", e, first.at("")))
}

// replace takes in those of --exceptions, in place of those of their names.
func (x *exceptions) replace(asked []*exception) {
	for _, e := range asked {
		if i := x.find(e); i >= 0 {
			x.list = slices.Delete(x.list, i, i+1)
		}
	}
	x.list = append(x.list, asked...)
}

// String names the exception as its users do.
func (e *exception) String() string { return "exception " + e.Namespace + "/" + e.Name }

// at is the file and the line of a field; "" for an exception of a cluster.
func (e *exception) at(field string) string {
	if e.item == nil {
		return ""
	}
	p := e.item.Place(field)
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// where begins a line about a field of the exception.
func (e *exception) where(field string) string {
	if at := e.at(field); at != "" {
		return at + ": " + e.String()
	}
	return e.String()
}

// tell says what of the exceptions is not in force.
func (x *exceptions) tell(w io.Writer) {
	for _, e := range x.list {
		for _, r := range e.verdict.Rejected {
			fmt.Fprintf(w, "%s: %s is ignored: %s\n", e.where(r.Field), r.Field, r.Message)
		}
		for _, pattern := range e.verdict.Unmatched {
			fmt.Fprintf(w, "%s: %q matches no check\n", e.where("spec.checks"), pattern)
		}
	}
}

// readExceptions reads the files of --exceptions, which hold nothing else.
func (f *inputFlags) readExceptions(stdin io.Reader) ([]*exception, error) {
	if slices.Contains(f.files, manifests.Stdin) && slices.Contains(f.exceptions, manifests.Stdin) {
		return nil, usage("--file - and --exceptions - exclude each other: standard input is read once")
	}
	items, failures := manifests.Items(f.exceptions, stdin)
	var x exceptions
	for i := range items {
		e, problem := readException(&items[i])
		if problem == nil {
			e.asked = true
			problem = x.add(e)
		}
		if problem != nil {
			failures = append(failures, *problem)
		}
	}
	if len(failures) > 0 {
		return nil, usage("--exceptions: %s", &failures[0])
	}
	if len(items) == 0 && len(f.exceptions) > 0 {
		return nil, usage("--exceptions: no MeshAuditException in %s", strings.Join(f.exceptions, ", "))
	}
	return x.list, nil
}

// readException reads one as strictly as the API server does, since a word that
// is misspelt may be the one that ends or narrows it.
func readException(i *manifests.Item) (*exception, *manifests.Error) {
	version := v1alpha1.GroupVersion.String()
	if i.Kind != exceptionKind || i.APIVersion != version {
		return nil, problem(i, "", fmt.Sprintf("holds a %s of %s, want a MeshAuditException of %s",
			i.Kind, i.APIVersion, version))
	}
	var o v1alpha1.MeshAuditException
	if field, err := decodeStrictly(i.JSON, &o); err != nil {
		return nil, problem(i, field, fmt.Sprintf("MeshAuditException %s: %s", cmp.Or(o.Name, "without a name"), err))
	}
	if o.Name == "" {
		return nil, problem(i, "metadata", "MeshAuditException without a metadata.name")
	}
	o.Namespace = cmp.Or(o.Namespace, metav1.NamespaceDefault)
	e := &exception{item: i}
	e.Exception, e.verdict = policy.CompileException(&o, analyzers.All)
	return e, nil
}

// decodeStrictly names the field that it cannot take, as far as it is known.
func decodeStrictly(text []byte, o *v1alpha1.MeshAuditException) (field string, err error) {
	strict, err := sigsjson.UnmarshalStrict(text, o)
	var wrong *json.UnmarshalTypeError
	var when *time.ParseError
	switch {
	case err == nil && len(strict) == 0:
		return "", nil
	case err == nil:
		if f, ok := strict[0].(sigsjson.FieldError); ok { //nolint:errorlint // its own list of its own errors
			field = f.FieldPath()
		}
		return field, strict[0]
	case errors.As(err, &when):
		return "spec.expiresAt", fmt.Errorf("spec.expiresAt: %q is no time such as 2026-12-31T00:00:00Z", when.Value)
	case errors.As(json.Unmarshal(text, &v1alpha1.MeshAuditException{}), &wrong):
		return wrong.Field, fmt.Errorf("%s is a %s", wrong.Field, wrong.Value)
	}
	return "", err
}

func problem(i *manifests.Item, field, message string) *manifests.Error {
	p := i.Place(field)
	return &manifests.Error{File: p.File, Line: p.Line, Message: message}
}

// tellIdle names exceptions of --exceptions that silence nothing, so that they
// are taken out some day. What was not audited, they may silence.
func (j *job) tellIdle(w io.Writer) {
	for _, u := range j.ledger.Uses() {
		i := j.exceptions.find(&exception{Exception: findings.Exception{Namespace: u.Namespace, Name: u.Name}})
		e := j.exceptions.list[i]
		if u.State != findings.Active && e.asked && j.concerns(e) {
			fmt.Fprintf(w, "%s silences nothing: %s\n", e.where(""), idle(&u))
		}
	}
}

// concerns tells whether the exception is about what is audited.
func (j *job) concerns(e *exception) bool {
	if len(j.namespaces) > 0 && !slices.Contains(j.namespaces, e.Namespace) {
		return false
	}
	for _, c := range j.checks {
		if slices.ContainsFunc(e.Checks, func(p string) bool { return findings.Match(p, c.ID()) }) {
			return true
		}
	}
	return false
}

func idle(u *findings.Use) string {
	switch {
	case u.State == findings.Expired:
		return "it expired at " + u.Expires.UTC().Format(time.RFC3339)
	case u.Refused > 0:
		return fmt.Sprintf("the policy does not let it (findings that match: %d)", u.Refused)
	}
	return "no finding matches"
}
