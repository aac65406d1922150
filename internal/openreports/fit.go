package openreports

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/openreports/reports-api/apis/openreports.io/v1alpha1"

	"github.com/meshaudit/meshaudit/internal/report"
)

// envelope is room for what is written around the results, and for the result
// that tells what was cut.
const envelope = 4 << 10

// truncated is the policy of the result that tells what was cut.
const truncated = Source + "/truncated"

// fit lists as many results as so many bytes of JSON hold, findings first, and
// tells how many it left out: the least severe findings before anything that
// could not be read.
func fit(found, blind []v1alpha1.ReportResult, room int) (list []v1alpha1.ReportResult, cut int) {
	unread, room := hold(blind, room)
	keep, _ := hold(found, room)
	return slices.Concat(found[:keep], blind[:unread]), len(found) - keep + len(blind) - unread
}

// hold tells how many results have room, and what room is left.
func hold(list []v1alpha1.ReportResult, room int) (n, left int) {
	for i := range list {
		bytes := report.Size(&list[i]) + len(",")
		if bytes > room {
			return i, room
		}
		room -= bytes
	}
	return len(list), room
}

func cutResult(n int) v1alpha1.ReportResult {
	r := result(truncated, truncated, warn)
	r.Category = Source
	r.Description = fmt.Sprintf(
		"%d results are counted and not listed, to keep the report small; the MeshAuditReport counts them by check.", n)
	r.Properties["count"] = strconv.Itoa(n)
	return r
}
