package analysis

import (
	"strings"

	"github.com/meshaudit/meshaudit/internal/inventory"
)

// Subjects that are not the name of one kind.
const (
	// Workload is the subject of checks about what runs: a controller with its
	// Pods, also with none, or a Pod without controller. The subject's
	// reference is that of the controller or Pod.
	Workload inventory.Kind = "Workload"
	// Faulty is the subject of checks about objects that did not decode.
	Faulty inventory.Kind = "Faulty"
)

// Analyzer describes one check. It is a constant: nobody changes it.
type Analyzer struct {
	// Name is the name of the check's folder and package.
	Name string
	// Severity of its findings, unless [Pass.Report] says otherwise.
	Severity Severity
	// Profile is the smallest profile that has the check.
	Profile Profile
	// Opinion marks a check whose findings are a matter of taste: they are
	// Info, save where the finding is marked sensitive or the profile is Strict.
	Opinion bool
	// Since is the first version of the product with the check.
	Since string
	// Title says the problem in one line, Why what it does to users, Fix what
	// to do. All three are required.
	Title, Why, Fix string
	// Equivalents are the codes of other tools for the same problem.
	Equivalents []string
	// Subject is the kind of the objects that the check is about.
	Subject inventory.Kind
	// Also are further kinds of subjects, which Run tells apart by the kind of
	// the subject's reference. None is Faulty, and none stands twice.
	Also []inventory.Kind
	// Run looks at one subject.
	Run func(*Pass)
}

// Check is an analyzer in its category.
type Check struct {
	Category string
	*Analyzer
}

// Subjects are the kinds of the objects that the check is about, Subject first.
func (a *Analyzer) Subjects() []inventory.Kind {
	return append([]inventory.Kind{a.Subject}, a.Also...)
}

// About names the kinds of the check's subjects, as "Workload, Namespace".
func (a *Analyzer) About() string {
	names := make([]string, 0, 1+len(a.Also))
	for _, k := range a.Subjects() {
		names = append(names, k.Short())
	}
	return strings.Join(names, ", ")
}

// ID is category/name, as in reports, metrics, policies and docs.
func (c Check) ID() string { return c.Category + "/" + c.Name }
