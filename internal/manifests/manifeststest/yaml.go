// Package manifeststest writes large, realistic and always equal manifests, for benchmarks and tests of what reads
// them.
package manifeststest

import (
	"bufio"
	"io"
	"text/template"
)

// ObjectsPerNamespace is how many objects YAML writes for each namespace.
const ObjectsPerNamespace = 4 + apps*4 + apps*podsPerApp

const (
	apps       = 5
	podsPerApp = 4
)

// YAML writes one stream of documents: for each namespace, the Namespace, a Gateway, a PeerAuthentication, an
// AuthorizationPolicy, and five apps with a Service, a Deployment, a VirtualService, a DestinationRule and four Pods
// each. With 400 namespaces these are 17,600 objects in about 6 MB. The hosts, selectors and subsets fit together.
func YAML(w io.Writer, namespaces int) error {
	out := bufio.NewWriter(w)
	for n := range namespaces {
		if err := writeNamespace(out, n); err != nil {
			return err
		}
	}
	return out.Flush()
}

// values fill the templates.
type values struct {
	Namespace, App string
	Pod, Node      int
}

func writeNamespace(w io.Writer, n int) error {
	v := values{Namespace: "team-" + digits(n, 3)}
	if err := documents.ExecuteTemplate(w, "namespace", v); err != nil {
		return err
	}
	for a := range apps {
		v.App = names[a]
		if err := documents.ExecuteTemplate(w, "app", v); err != nil {
			return err
		}
		for p := range podsPerApp {
			v.Pod, v.Node = p, (n*apps*podsPerApp+a*podsPerApp+p)%250
			if err := documents.ExecuteTemplate(w, "pod", v); err != nil {
				return err
			}
		}
	}
	return nil
}

var names = [apps]string{"cart", "checkout", "payment", "catalog", "reviews"}

// digits gives n with leading zeros.
func digits(n, width int) string {
	text := ""
	for ; n > 0 || width > 0; n, width = n/10, width-1 {
		text = string(rune('0'+n%10)) + text
	}
	return text
}

var documents = template.Must(template.New("").Parse(namespaceDocuments + appDocuments + podDocument))
