package alerts

import "time"

// exceptions are alerts about what silences findings.
var exceptions = []Alert{
	{
		Name:     "MeshAuditExceptionExpiring",
		Expr:     owned(expiring, "meshaudit_exception_expiry_timestamp_seconds"),
		For:      15 * time.Minute,
		Severity: Warning,
		Summary: "The exception {{ $labels.name }} in namespace {{ $labels.namespace }}" + cluster +
			" expires within a week",
		Description: "At {{ $value | humanizeTimestamp }} the MeshAuditException {{ $labels.name }} in namespace " +
			"{{ $labels.namespace }}" + cluster + " expires. What it silences counts again from then on.",
		Threshold: "A week is time to mend what was accepted, or to agree to accept it for longer. What expires within a " +
			"day of being made is meant to, and alarms nobody. Fifteen minutes leave out an edit.",
	},
}

// expiring gives when an exception expires that was there a day ago. One that
// has expired has no series; the lower bound is for a moment in which
// Prometheus does not know that yet.
const expiring = `  max by (cluster, namespace, name) (meshaudit_exception_expiry_timestamp_seconds)
    > time() < time() + 7 * 86400
    and on (cluster, namespace, name) max_over_time(meshaudit_exception_expiry_timestamp_seconds[1h] offset 1d)`
