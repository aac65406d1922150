package mesh

import (
	"fmt"

	"github.com/meshaudit/meshaudit/internal/inventory"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// SidecarBy says what gives a sidecar to Pods of a namespace which say nothing,
// and names the object: the namespace's label, or else a webhook that takes the
// Pods of namespaces which are [Undecided]; "" if nothing certainly does. By
// the label, it is what is asked for, whoever answers.
func SidecarBy(r inventory.Reader, ns *kinds.Namespace) (text string, by inventory.Ref) {
	if label := EnrolledBy(ns); label != "" {
		return "label " + label + " of namespace " + ns.Name, kinds.Namespaces.Ref("", ns.Name)
	}
	i, answer := InjectedByDefault(r, ns)
	if answer != Yes {
		return "", inventory.Ref{}
	}
	return fmt.Sprintf("webhook %s of MutatingWebhookConfiguration %s", i.Name, i.Config.Name), i.Ref()
}
