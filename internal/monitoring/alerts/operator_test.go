package alerts_test

var operatorExamples = []example{
	{
		"MeshAuditAbsent", "was there, and is not any more",
		map[string]string{`meshaudit_build_info{version="v0.1.0"}`: "1x30 stale"},
		[]moment{{"30m", nil}, {"38m", nil}, {"42m", []firing{absentFrom("", nil)}}, {"26h", []firing{absentFrom("", nil)}}},
	},
	{
		"MeshAuditAbsent", "never was there",
		map[string]string{`up{job="other"}`: "1x60"},
		[]moment{{"9m", nil}, {"11m", []firing{absentFrom("", nil)}}},
	},
	{
		"MeshAuditAbsent", "from one cluster of two; an update of the other is none",
		map[string]string{
			`meshaudit_build_info{cluster="eu", version="v0.1.0"}`: "1x30 stale",
			`meshaudit_build_info{cluster="us", version="v0.1.0"}`: "1x30 stale",
			`meshaudit_build_info{cluster="us", version="v0.2.0"}`: "_x34 1x1900",
		},
		[]moment{
			{"35m", nil}, {"42m", []firing{absentFrom(" of cluster eu", labels{"cluster": "eu"})}}, {"25h", nil},
		},
	},
	{
		"MeshAuditLeaderAbsent", "nobody can lead any more",
		map[string]string{
			`meshaudit_build_info{pod="a"}`: "1x60", `meshaudit_build_info{pod="b"}`: "1x60",
			`meshaudit_last_success_timestamp_seconds{pod="a"}`: "0+60x20 stale",
		},
		[]moment{{"20m", nil}, {"30m", nil}, {"33m", []firing{{
			nil, "No replica of MeshAudit tells of findings",
			"MeshAudit runs, and no replica leads, has read the cluster and has written the reports once. There are no " +
				"metrics about findings.",
		}}}},
	},
	{
		"MeshAuditLeaderAbsent", "a start, and a change of the leader",
		map[string]string{
			`meshaudit_build_info{pod="a"}`: "1x20 stale", `meshaudit_build_info{pod="b"}`: "1x60",
			`meshaudit_last_success_timestamp_seconds{pod="a"}`: "_x3 180+60x17 stale",
			`meshaudit_last_success_timestamp_seconds{pod="b"}`: "_x23 1380+60x40",
		},
		[]moment{{"3m", nil}, {"22m", nil}, {"60m", nil}},
	},
	{
		"MeshAuditReportWritesFailing", "again and again",
		map[string]string{
			`meshaudit_report_writes_total{result="failed"}`:  "0x10 1+1x40 41x60",
			`meshaudit_report_writes_total{result="updated"}`: "0+3x110",
		},
		[]moment{{"10m", nil}, {"20m", nil}, {"30m", []firing{{
			nil, "MeshAudit cannot write reports",
			"For a quarter of an hour writes of reports have failed again and again. What kubectl shows is out of date.",
		}}}, {"70m", nil}},
	},
	{
		"MeshAuditReportWritesFailing", "an API server that was away for some minutes, and conflicts",
		map[string]string{
			`meshaudit_report_writes_total{result="failed"}`:   "0x10 1+1x7 8x60",
			`meshaudit_report_writes_total{result="conflict"}`: "0+3x80",
		},
		[]moment{{"20m", nil}, {"26m", nil}, {"40m", nil}},
	},
}

func absentFrom(where string, l labels) firing {
	return firing{
		l, "MeshAudit" + where + " is not there",
		"Prometheus gets no metrics from MeshAudit" + where + ": nothing is audited, or nobody hears of it. Reports show the past.",
	}
}
