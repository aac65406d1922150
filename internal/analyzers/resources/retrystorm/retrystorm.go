// Package retrystorm flags retries that have no time, or that multiply load.
package retrystorm

import (
	"fmt"
	"time"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/meshaudit/meshaudit/internal/analysis"
	"github.com/meshaudit/meshaudit/internal/kinds"
)

// Analyzer flags routes whose timeout ends before the last retry begins, and
// routes with very many retries.
var Analyzer = &analysis.Analyzer{
	Name:     "retrystorm",
	Severity: analysis.Low,
	Profile:  analysis.Recommended,
	Since:    "v0.1.0",
	Title:    "Retries of a route cannot take place, or multiply load",
	Why: "A retry that the route's timeout cuts off helps nobody, and many retries turn the trouble of one service into " +
		"many times its load, above all where its callers retry as well.",
	Fix: "Choose attempts and perTryTimeout so that attempts times perTryTimeout is less than the route's timeout, and " +
		"two or three attempts.",
	Subject: kinds.VirtualServices.Name,
	Run:     run,
}

// many is from how many attempts on they multiply load, whatever they are for.
const many = 10

func run(p *analysis.Pass) {
	vs := kinds.VirtualServices.Of(p.Subject())
	if !vs.Deleted.IsZero() {
		return
	}
	for i, route := range vs.Spec.GetHttp() {
		if route.GetDelegate() == nil && route.GetRedirect() == nil && route.GetDirectResponse() == nil {
			look(p, fmt.Sprintf("spec.http[%d].retries", i), route)
		}
	}
}

func look(p *analysis.Pass, field string, route *networking.HTTPRoute) {
	attempts := route.GetRetries().GetAttempts()
	try, whole := route.GetRetries().GetPerTryTimeout().AsDuration(), route.GetTimeout().AsDuration()
	if attempts >= many {
		p.Report(field+".attempts", "%d attempts: a service in trouble gets up to %d times its load", attempts, attempts+1).
			Key("load")
	}
	if attempts <= 0 || try <= 0 || whole <= 0 {
		return
	}
	if begin := (whole - 1) / try; begin < time.Duration(attempts) {
		p.Report(field, "%s: attempts %d with perTryTimeout %s have no time within the route's timeout %s",
			happen(int(begin)), attempts, try, whole).Key("time")
	}
}

// happen says how many retries begin where each try takes its time.
func happen(retries int) string {
	switch retries {
	case 0:
		return "after a try that takes its time there is no retry"
	case 1:
		return "after tries that take their time there is only one retry"
	}
	return fmt.Sprintf("after tries that take their time there are only %d retries", retries)
}
