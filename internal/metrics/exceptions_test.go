package metrics_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/meshaudit/meshaudit/internal/findings"
	"github.com/meshaudit/meshaudit/internal/metrics"
)

func exception(name, subject string, expires time.Time) findings.Exception {
	return findings.Exception{
		Namespace: "shop", Name: name, Checks: []string{"*"}, Subjects: []findings.Subject{{Name: subject}}, Expires: expires,
	}
}

// What is silenced counts once, as that, and as nothing else.
func TestWhatIsSilencedCountsAsThat(t *testing.T) {
	w := newWorld()
	w.find(unknownHost, "cart", "card")
	w.ledger.SetException(exception("known", "cart", time.Time{}))
	w.collector.SetLimits(metrics.Limits{MaxSeries: 1000, FindingInfo: true})
	w.want(
		t,
		`meshaudit_suppressed_findings{namespace="shop"} 2`,
		`meshaudit_findings{namespace="shop",severity="High"} 2`,
		`meshaudit_category_findings{category="routing",severity="High"} 2`,
		`meshaudit_namespace_category_findings{category="routing",namespace="shop",severity="High"} 2`,
		`meshaudit_check_findings{check="routing/unknownhost",severity="High"} 2`,
		`meshaudit_finding_info{check="routing/unknownhost",kind="`+string(route)+
			`",name="card",namespace="shop",severity="High"} 1`,
	)
	w.wantNone(t, `meshaudit_finding_info{check="routing/unknownhost",kind="`+string(route)+`",name="cart"`)
}

// What exceptions do is the leader's to tell. One that has expired has no time
// any longer.
func TestExceptionsAreCounted(t *testing.T) {
	w := newWorld()
	state := `meshaudit_exceptions{state=%q} %d`
	w.want(t, fmt.Sprintf(state, "Active", 0), fmt.Sprintf(state, "Unused", 0), fmt.Sprintf(state, "Expired", 0))
	w.find(unknownHost, "cart")
	w.ledger.SetException(exception("active", "cart", noon.Add(time.Hour)))
	w.ledger.SetException(exception("unused", "till", time.Time{}))
	w.ledger.SetException(exception("soon", "till", noon.Add(time.Second)))
	w.ledger.SetException(exception("over", "cart", noon))
	w.want(
		t,
		fmt.Sprintf(state, "Active", 1), fmt.Sprintf(state, "Unused", 2), fmt.Sprintf(state, "Expired", 1),
		fmt.Sprintf(`meshaudit_exception_expiry_timestamp_seconds{name="active",namespace="shop"} %g`, float64(noon.Unix()+3600)),
		fmt.Sprintf(`meshaudit_exception_expiry_timestamp_seconds{name="soon",namespace="shop"} %g`, float64(noon.Unix()+1)),
	)
	w.wantNone(t, `meshaudit_exception_expiry_timestamp_seconds{name="over"`,
		`meshaudit_exception_expiry_timestamp_seconds{name="unused"`)
	w.leader = false
	w.wantNone(t, "meshaudit_exception")
}
