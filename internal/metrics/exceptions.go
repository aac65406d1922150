package metrics

import "github.com/meshaudit/meshaudit/internal/findings"

// exceptions counts by state, zeros too.
func exceptions(out *bounded, uses []findings.Use) {
	by := map[findings.UseState]int{}
	for i := range uses {
		by[uses[i].State]++
	}
	for _, s := range findings.UseStates {
		out.gauge(exceptionsDesc, float64(by[s]), s.String())
	}
}

// expiries tells when exceptions expire that have not yet.
func expiries(out *bounded, uses []findings.Use) {
	for i := range uses {
		if u := &uses[i]; u.State != findings.Expired && !u.Expires.IsZero() {
			out.gauge(expiryDesc, float64(u.Expires.Unix()), u.Namespace, u.Name)
		}
	}
}
