package alerts_test

var trustExamples = []example{
	{
		"MeshAuditStale", "a report cannot be written any more",
		map[string]string{`meshaudit_last_success_timestamp_seconds{pod="a"}`: "0+60x10 600x60"},
		[]moment{{"10m", nil}, {"20m", nil}, {"25m", nil}, {"26m", []firing{{
			nil, "The reports do not show the present",
			"For 16m 0s the reports have not shown what MeshAudit knows: at least one cannot be written.",
		}}}},
	},
	{
		"MeshAuditStale", "a leader that ended counts no more, nor does a short failure",
		map[string]string{
			`meshaudit_last_success_timestamp_seconds{pod="a"}`: "0+60x10 stale",
			`meshaudit_last_success_timestamp_seconds{pod="b"}`: "_x11 660+60x10 1260x8 1800+60x60",
		},
		[]moment{{"20m", nil}, {"29m", nil}, {"60m", nil}},
	},
	{
		"MeshAuditSourceDown", "the API server refuses everything to one of the replicas",
		map[string]string{
			`meshaudit_source_up{source="kubernetes", pod="a"}`: "1x40",
			`meshaudit_source_up{source="kubernetes", pod="b"}`: "1x5 0x30 1x30",
		},
		[]moment{{"10m", nil}, {"17m", []firing{{
			labels{"source": "kubernetes"},
			"Nothing can be read from kubernetes",
			"MeshAudit can read nothing from the source kubernetes. Findings that depend on it stand still, marked as stale.",
		}}}, {"40m", nil}},
	},
	{
		"MeshAuditSourceDown", "AWS fails where the policy requires it",
		map[string]string{
			`meshaudit_source_up{source="appmesh", cluster="eu"}`:                               "0x40",
			`meshaudit_source_up{source="kubernetes", cluster="eu"}`:                            "1x40",
			`meshaudit_checks_not_evaluated{reason="SourceUnavailable", cluster="eu"}`:          "4x40",
			`meshaudit_source_up{source="appmesh", cluster="us"}`:                               "0x40",
			`meshaudit_checks_not_evaluated{reason="SourceUnavailable", cluster="us", pod="a"}`: "0x40",
			`meshaudit_checks_not_evaluated{reason="Forbidden", cluster="us", pod="a"}`:         "3x40",
		},
		[]moment{{"9m", nil}, {"12m", []firing{{
			labels{"source": "appmesh", "cluster": "eu"},
			"Nothing can be read from appmesh of cluster eu",
			"MeshAudit can read nothing from the source appmesh of cluster eu. Findings that depend on it stand still, marked as stale.",
		}}}},
	},
	{
		"MeshAuditChecksNotEvaluated", "a right was taken away",
		map[string]string{
			`meshaudit_checks_not_evaluated{reason="Forbidden"}`: "0x5 7x40",
			`meshaudit_checks_not_evaluated{reason="NotSynced"}`: "9x3 0x60",
			`meshaudit_checks_not_evaluated{reason="Off"}`:       "5x60",
		},
		[]moment{{"3m", nil}, {"20m", nil}, {"22m", []firing{{
			labels{"reason": "Forbidden"},
			"7 checks cannot run: Forbidden",
			"7 checks could not run somewhere in the cluster, for the reason Forbidden. What they would find is not known; " +
				"it does not count as absent.",
		}}}},
	},
	{
		"MeshAuditReportsTruncated", "a namespace with too much to tell",
		map[string]string{`meshaudit_report_truncated_findings{cluster="eu"}`: "0x5 40x20 0x20"},
		[]moment{{"15m", nil}, {"22m", []firing{{
			labels{"cluster": "eu"},
			"40 findings of cluster eu are counted and not listed",
			"Reports of cluster eu are full: 40 findings, the least severe ones, are counted and not listed.",
		}}}, {"30m", nil}},
	},
	{
		"MeshAuditSeriesDropped", "more namespaces than the policy has room for",
		map[string]string{`meshaudit_series_dropped`: "0x5 12x20 0x20"},
		[]moment{{"15m", nil}, {"22m", []firing{{
			nil, "12 series are missing from the metrics",
			"There are more series about findings than the policy allows; 12 are left out. Namespaces without series raise " +
				"no alert.",
		}}}, {"30m", nil}},
	},
	{
		"MeshAuditEngineDrift", "is told for six hours, and a restart is none",
		map[string]string{
			`meshaudit_engine_drift_total{pod="a"}`: "0x30 1x600", `meshaudit_engine_drift_total{pod="b"}`: "0x30 _x5 0x600",
		},
		[]moment{{"29m", nil}, {"32m", []firing{driftFiring}}, {"6h", []firing{driftFiring}}, {"7h", nil}},
	},
}

var driftFiring = firing{
	nil, "MeshAudit corrected itself",
	"A fresh evaluation differed from what MeshAudit remembered. It took the fresh one; a finding may have come or gone too late.",
}
