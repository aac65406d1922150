package inventory

// State says how well a kind, or one namespace of a kind, can be read.
type State uint8

// The states of a kind. The zero value is NotSynced: a kind is unknown until
// somebody has listed it.
const (
	// NotSynced: a first list is still outstanding.
	NotSynced State = iota
	// Listed: what the store holds is what there is.
	Listed
	// NotInstalled: the kind is not served, so no object can exist.
	NotInstalled
	// Off: a user or the mode of operation chose not to read the kind.
	Off
	// Forbidden: the API server refuses the list or the watch.
	Forbidden
	// Stale: no list or watch has succeeded for a while; the store holds the past.
	Stale
	// SourceUnavailable: a source other than the API server does not answer.
	SourceUnavailable
	// Undecodable: an object that belongs, or may belong, to what was read did
	// not decode. It is never set on a kind; reads report it.
	Undecodable
	// BudgetExceeded: the check would have read more than any check may about
	// one subject. It is never set on a kind.
	BudgetExceeded

	// Last is the last of the states.
	Last = BudgetExceeded
)

var stateNames = [...]string{
	"NotSynced", "Listed", "NotInstalled", "Off", "Forbidden", "Stale", "SourceUnavailable", "Undecodable",
	"BudgetExceeded",
}

func (s State) String() string { return stateNames[s] }

// Known tells whether a bucket of a kind in this state shows the world as it is.
func (s State) Known() bool { return s == Listed || s == NotInstalled }

// Unreadable tells whether something should be readable and is not. Off is
// neither known nor unreadable: nobody asked for it.
func (s State) Unreadable() bool { return !s.Known() && s != Off }

// availability is the state of one kind: a default and the namespaces (for the
// kind Namespace: the names) that differ from it.
type availability struct {
	state  State
	scopes map[string]State
	opaque map[string]int // undecodable objects by namespace
	total  int            // their sum
	faults int            // objects with a fault, opaque ones included
}

func (a *availability) of(scope string) State {
	if s, ok := a.scopes[scope]; ok {
		return s
	}
	return a.state
}

// hidden tells whether an object whose content is unknown may belong to a
// bucket of the scope.
func (a *availability) hidden(scope string) bool {
	if scope == "" {
		return a.total > 0
	}
	return a.opaque[scope] > 0
}
