package report

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/meshaudit/meshaudit/internal/report"
)

// format is a form in which a controller publishes what the ledger knows: which
// resources hold the reports, how a report is made of a view, and how it gets to
// the API server and back. All reports are named [v1alpha1.ReportName]; a format
// calls them by their namespace, or "" for the cluster's.
type format interface {
	kinds
	content
	witness
	writer
}

// kinds says which resources hold the reports.
type kinds interface {
	// name is that of the format, in logs and in the queue's metrics.
	name() string
	// resources are those of the namespaces' reports and of the cluster's.
	resources() (namespaced, cluster schema.GroupVersionResource)
	// fields is the field selector of what is watched.
	fields() string
	// document makes the report without content.
	document(name string) document
}

// content makes reports of views.
type content interface {
	// render makes the report, of so many bytes of JSON at most; it reports
	// false if there should be none.
	render(name string, maxSize int) (document, bool)
}

// witness is told what becomes of reports.
type witness interface {
	// restored, recalled and forgot tell that a report was found at the start,
	// was found as somebody else may have written it, or is no more.
	restored(name string, d document)
	recalled(name string, d document)
	forgot(name string)
}

// writer talks to the API server.
type writer interface {
	// readBack gives what an earlier run wrote, report by report. After an error
	// it is called again, and may give a report twice.
	readBack(ctx context.Context, take func(name string, d document)) error
	// create makes the object; write gives an object that exists its content. A
	// create may leave the content to a write. The document is then what the API
	// server answered.
	create(ctx context.Context, d document) (document, error)
	write(ctx context.Context, d document) error
}

// document is a report in some format.
type document interface {
	object() client.Object
	// holding is what the API server holds once it has answered with the document.
	holding() *holding
	// stamp sets the times, and tells whether the API server holds the same.
	stamp(h *holding, now time.Time) (same bool)
	digest() report.Digest // of the content, without times
	full() report.Digest   // with times
}
