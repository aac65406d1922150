package inventory

// Index sorts the objects of one kind into buckets.
type Index struct {
	Kind Kind
	Name string
	// Keys lists the object's buckets in this index. It must depend on the
	// object alone. Objects without a value are never passed to it, save to
	// the three indexes that every kind has. Nil for a summary.
	Keys func(*Object) []Key

	summaries []*Index // of this one; see [NewSummary]
	of        *Index   // what a summary sums up
	sum       func([]*Object) any
	same      func(a, b any) bool
}

// Key is one value of an index. Scope is the namespace whose availability the
// bucket shares, or "" when the bucket spans the whole cluster.
type Key struct {
	Scope string
	Value string
}

// Bucket is one value of one index of one kind: the unit of a recorded read.
type Bucket struct {
	Index *Index
	Key
}

// String names the bucket for logs and for the drift report.
func (b Bucket) String() string {
	return string(b.Index.Kind) + "/" + b.Index.Name + "[" + b.Scope + "|" + b.Value + "]"
}

// Reader reads buckets. Each read may be recorded, so that a change of the
// bucket, also from or to empty, wakes the reader.
type Reader interface {
	// Read returns the bucket's objects in the order of [Ref.Compare]. The
	// slice is shared: it must not be changed, nor kept after the evaluation.
	Read(Bucket) []*Object
}
