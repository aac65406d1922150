package load

// Size says how many objects of the main kinds a mesh has. The others follow
// from these, see [Mesh.Counts].
type Size struct{ Namespaces, Services, Deployments, Pods int }

// SizeOf is the usual size for a number of Pods: 100,000 Pods are those of
// 10,000 Deployments, behind 20,000 Services, in 2,000 namespaces. There is one
// of each at least.
func SizeOf(pods int) Size {
	return Size{
		Namespaces: max(1, pods/50), Services: max(1, pods/5), Deployments: max(1, pods/10), Pods: max(1, pods),
	}
}

// span is a half-open range of numbers.
type span struct{ from, to int }

func (s span) len() int { return s.to - s.from }

// share is the i-th part of the numbers below total, divided as evenly as
// possible.
func share(total, parts, i int) span {
	return span{total * i / parts, total * (i + 1) / parts}
}
