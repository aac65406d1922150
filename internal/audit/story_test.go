package audit_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/inventory"
)

// story is a sequence of steps from an empty inventory on, in which every kind
// is listed.
type story struct {
	name  string // how to have it told again
	begin time.Time
	steps []step
}

// step is what happens between two looks at the inbox: one batch.
type step struct {
	edits []edit
	// hasty: the batch after this one arrives when so many subjects are
	// evaluated, as in the loop, which takes the inbox again while it works off a
	// large dirty set. 0 leaves nothing dirty.
	hasty int
}

// edit is one change; exactly one field counts.
type edit struct {
	put    *inventory.Object // without value and fault: deleted
	drop   inventory.Kind    // no object of the kind exists any longer
	state  *inventory.StateChange
	later  time.Duration
	policy *namedPolicy

	manifest string // of put, to be told
}

// namedPolicy is a policy that can be told.
type namedPolicy struct {
	name string
	findings.Policy
}

func (e edit) String() string {
	switch {
	case e.put != nil:
		return e.told()
	case e.drop != "":
		return fmt.Sprintf("drop all of %s", e.drop)
	case e.state != nil && e.state.Scope != "":
		return fmt.Sprintf("%s in %q becomes %s", e.state.Kind, e.state.Scope, e.state.State)
	case e.state != nil:
		return fmt.Sprintf("%s becomes %s", e.state.Kind, e.state.State)
	case e.policy != nil:
		return "the policy becomes " + e.policy.name
	}
	return fmt.Sprintf("%s pass", e.later)
}

func (e edit) told() string {
	switch o := e.put; {
	case o.Value == nil && o.Fault == nil:
		return fmt.Sprintf("delete %s", o.Ref)
	case o.Fault != nil:
		return fmt.Sprintf("put %s with a fault in %q: %s", o.Ref, o.Fault.Field, e.manifest)
	}
	return fmt.Sprintf("put %s: %s", e.put.Ref, e.manifest)
}

// String tells the story, one edit a line.
func (s *story) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "story %s begins %s\n", s.name, s.begin.Format(time.DateTime))
	for i, st := range s.steps {
		for _, e := range st.edits {
			fmt.Fprintf(&b, "%4d. %s\n", i+1, e)
		}
		if st.hasty > 0 {
			fmt.Fprintf(&b, "      the next batch arrives after %d evaluations\n", st.hasty)
		}
	}
	return b.String()
}

// edits counts them.
func (s *story) edits() int {
	n := 0
	for _, st := range s.steps {
		n += len(st.edits)
	}
	return n
}
