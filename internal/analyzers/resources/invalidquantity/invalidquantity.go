// Package invalidquantity flags resource annotations that are no amounts.
package invalidquantity

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
	"github.com/meshaudit/meshaudit/internal/mesh"
)

// Analyzer flags workloads with an annotation about the proxy's resources whose
// value Kubernetes does not take for an amount.
var Analyzer = &analysis.Analyzer{
	Name:        "invalidquantity",
	Severity:    analysis.High,
	Profile:     analysis.Core,
	Since:       "v0.1.0",
	Title:       "A resource annotation of a proxy is not an amount",
	Why:         "The injector refuses the Pod, or the API server what the injector makes of it, so that the next rollout, restart or scale-up of the workload makes no Pod.",
	Fix:         "Write an amount as Kubernetes does, such as 500m or 2 for cpu and 128Mi or 1Gi for memory, without any space.",
	Equivalents: []string{"IST0125"},
	Subject:     analysis.Workload,
	Run:         run,
}

func run(p *analysis.Pass) {
	w, ok := kinds.ResolveWorkload(p, p.Subject().Ref)
	if !ok {
		return
	}
	t := mesh.OfWorkload(w)
	for _, amount := range mesh.ProxyResources {
		value, given := w.Annotations()[amount.Annotation]
		if !given {
			continue
		}
		if _, valid := mesh.ParseAmount(value); !valid && (refused(&t, value) || mesh.Annotatable(p, w)) {
			p.Report(mesh.PodField(w.Ref.Kind, fmt.Sprintf("metadata.annotations[%s]", amount.Annotation)),
				"%q is not an amount of %s", value, amount.Resource)
		}
	}
}

// refused tells whether the injector refuses a gateway's Pod for a value that
// the gateway's template does not even use.
func refused(t *mesh.Template, value string) bool {
	_, err := resource.ParseQuantity(value)
	choice, given := mesh.InjectChoice(t)
	return t.AwaitsProxy() && (choice || !given) && err != nil
}
