package load

import (
	"fmt"
	"hash/fnv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/rand"
)

// firstRevision is that of a Deployment after Fill: it was rolled out once.
const firstRevision = 2

// templateHash is the hash of a revision's Pod template.
func (a *app) templateHash(revision int) string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s/%s/%d", a.namespace, a.name, revision)
	return rand.SafeEncodeString(fmt.Sprint(h.Sum32()))
}

func (a *app) setName(revision int) string { return a.name + "-" + a.templateHash(revision) }

// podName names the Pod in a slot of a ReplicaSet after a number of restarts.
func (a *app) podName(set string, slot, restarts int) string {
	return set + "-" + suffix(restarts*a.replicas+slot)
}

// readPod is the opposite of podName. It tells whether the Pod is of the
// ReplicaSet.
func (a *app) readPod(set, name string) (slot, restarts int, ok bool) {
	end, ok := strings.CutPrefix(name, set+"-")
	if !ok || a.replicas == 0 {
		return 0, 0, false
	}
	n := 0
	for _, c := range end {
		digit := strings.IndexRune(digits, c)
		if digit < 0 {
			return 0, 0, false
		}
		n = n*len(digits) + digit
	}
	return n % a.replicas, n / a.replicas, true
}

// digits are those of the suffixes of generated names.
const digits = "bcdfghjklmnpqrstvwxz2456789"

// suffix writes a number as the five characters of a generated name.
func suffix(n int) string {
	var out [5]byte
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = digits[n%len(digits)]
		n /= len(digits)
	}
	return string(out[:])
}

func (a *app) selector() map[string]string { return map[string]string{"app": a.name} }

// meta is the metadata of an object of the application.
func (a *app) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: a.namespace, Name: name, Labels: a.selector()}
}

func serviceName(local int) string { return fmt.Sprintf("svc-%d", local) }
