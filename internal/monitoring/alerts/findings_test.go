package alerts_test

const (
	criticalInShop = `meshaudit_findings{namespace="shop", severity="Critical", pod="a"}`
	highInShop     = `meshaudit_findings{namespace="shop", severity="High", pod="a"}`
	highInBank     = `meshaudit_findings{namespace="bank", severity="High", pod="a"}`
	shopOfAnna     = `meshaudit_namespace_info{namespace="shop", owner="anna", pod="a"}`
)

func criticalIn(where, count string, l labels) firing {
	return firing{
		l, "Critical findings in " + where + ": " + count,
		"Traffic is failing now, or a sensitive workload is open to strangers now, in " + where +
			". The report says where, and how to mend it.",
	}
}

func risenIn(where, count string, l labels) firing {
	return firing{
		l, "More high findings than an hour ago in " + where + ": " + count,
		"The next restart, rollout or request breaks or exposes something in " + where +
			" that did not break an hour ago. The report says where, and how to mend it.",
	}
}

var annas = labels{"namespace": "shop", "owner": "anna"}

var findingExamples = []example{
	{
		"MeshAuditCriticalFinding", "names the namespace and its owner, from the fifth minute to the fifth after",
		map[string]string{
			criticalInShop: "0 0 2x10 0x20", shopOfAnna: "1x40",
			`meshaudit_findings{namespace="bank", severity="High"}`: "7x40",
		},
		[]moment{
			{"1m", nil},
			{"6m", nil},
			{"7m", []firing{criticalIn("namespace shop", "2", annas)}},
			{"16m", []firing{criticalIn("namespace shop", "2", annas)}},
			{"25m", nil},
		},
	},
	{
		"MeshAuditCriticalFinding", "in passing",
		map[string]string{criticalInShop: "0 1x3 0x20", shopOfAnna: "1x30"},
		[]moment{{"4m", nil}, {"10m", nil}},
	},
	{
		"MeshAuditCriticalFinding", "in the cluster's report, and in a namespace that nobody owns, of two clusters",
		map[string]string{
			`meshaudit_findings{cluster="eu", severity="Critical"}`:                   "1x10",
			`meshaudit_findings{cluster="us", namespace="shop", severity="Critical"}`: "3x10",
			`meshaudit_findings{cluster="eu", namespace="shop", severity="Critical"}`: "0x10",
			`meshaudit_namespace_info{cluster="us", namespace="shop"}`:                "1x10",
			`meshaudit_namespace_info{cluster="eu", namespace="shop", owner="anna"}`:  "1x10",
		},
		[]moment{{"8m", []firing{
			criticalIn("the cluster's own report of cluster eu", "1", labels{"cluster": "eu"}),
			criticalIn("namespace shop of cluster us", "3", labels{"cluster": "us", "namespace": "shop"}),
		}}},
	},
	{
		"MeshAuditCriticalFinding", "while the leader and the owner change, once and without an error",
		map[string]string{
			criticalInShop: "1x7 stale", `meshaudit_findings{namespace="shop", severity="Critical", pod="b"}`: "_x5 1x20",
			shopOfAnna: "1x7 stale", `meshaudit_namespace_info{namespace="shop", owner="anna", pod="b"}`: "_x5 1x20",
			`meshaudit_namespace_info{namespace="shop", owner="bob", pod="c"}`: "_x10 1x2 stale",
		},
		[]moment{
			{"7m", []firing{criticalIn("namespace shop", "1", annas)}},
			{"20m", []firing{criticalIn("namespace shop", "1", annas)}},
		},
	},
	{
		"MeshAuditHighFindingsRising", "fires from a quarter of an hour after the rise until that is old",
		map[string]string{highInShop: "2x120 3x200", highInBank: "5x320", shopOfAnna: "1x320"},
		[]moment{
			{"2h", nil},
			{"2h10m", nil},
			{"2h20m", []firing{risenIn("namespace shop", "3", annas)}},
			{"2h55m", []firing{risenIn("namespace shop", "3", annas)}},
			{"3h20m", nil},
		},
	},
	{
		"MeshAuditHighFindingsRising", "what is there on the first day alarms nobody, nor does a fall",
		map[string]string{highInShop: "9x100 2x200", highInBank: "_x20 4x280", shopOfAnna: "1x300"},
		[]moment{{"20m", nil}, {"80m", nil}, {"2h", nil}, {"4h", nil}},
	},
	{
		"MeshAuditHighFindingsRising", "a new namespace counts from nothing",
		map[string]string{highInBank: "5x300", highInShop: "_x200 4x100", shopOfAnna: "1x300"},
		[]moment{{"3h", nil}, {"3h40m", []firing{risenIn("namespace shop", "4", annas)}}, {"4h50m", nil}},
	},
	{
		"MeshAuditHighFindingsRising", "another leader, after a minute without one, tells nothing new",
		map[string]string{
			highInShop: "2x100 stale", `meshaudit_findings{namespace="shop", severity="High", pod="b"}`: "_x102 2x200",
			shopOfAnna: "1x300",
		},
		[]moment{{"1h50m", nil}, {"2h20m", nil}, {"2h42m", nil}, {"3h", nil}, {"4h", nil}},
	},
}
