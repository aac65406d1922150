package mesh

// Answer is what can be said where not everything is known. That several things
// hold is the min of their answers; that one of them holds, the max.
type Answer uint8

// The answers, from the certain no to the certain yes.
const (
	No Answer = iota
	Maybe
	Yes
)

// not is the answer to the opposite question.
func (a Answer) not() Answer { return Yes - a }

func certainly(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}
