package alerts_test

// Time begins at 1970-01-01 00:00:00; a day is 1440 samples.
const (
	expiryOfMove   = `meshaudit_exception_expiry_timestamp_seconds{namespace="shop", name="move", pod="a"}`
	expiryOfLegacy = `meshaudit_exception_expiry_timestamp_seconds{namespace="shop", name="legacy", pod="a"}`
)

func expiresIn(where, name, at string, l labels) firing {
	l["name"] = name
	return firing{
		l, "The exception " + name + " in namespace " + where + " expires within a week",
		"At 1970-01-" + at + ":00 +0000 UTC the MeshAuditException " + name + " in namespace " + where +
			" expires. What it silences counts again from then on.",
	}
}

func expiresInShop(name, at string) firing {
	return expiresIn("shop", name, at, labels{"namespace": "shop"})
}

func expiresAtAnnas(name, at string) firing {
	return expiresIn("shop", name, at, labels{"namespace": "shop", "owner": "anna"})
}

var exceptionExamples = []example{
	{
		"MeshAuditExceptionExpiring", "from a week before until it has expired, though nobody told Prometheus",
		map[string]string{
			expiryOfMove: "108000x2000", expiryOfLegacy: "698400x2000", // in 30 hours, and in a week and 26 hours
			shopOfAnna: "1x2000",
		},
		[]moment{
			{"25h", []firing{expiresAtAnnas("move", "02 06:00")}},
			{"26h", []firing{expiresAtAnnas("move", "02 06:00")}},
			{"27h", []firing{expiresAtAnnas("move", "02 06:00"), expiresAtAnnas("legacy", "09 02:00")}},
			{"30h1m", []firing{expiresAtAnnas("legacy", "09 02:00")}},
		},
	},
	{
		"MeshAuditExceptionExpiring", "of new ones, one for some hours is silent, those for three days tell of it until deleted or extended",
		map[string]string{
			expiryOfMove: "259200x1560 stale", expiryOfLegacy: "259200x1560 8640000x200",
			`meshaudit_exception_expiry_timestamp_seconds{namespace="shop", name="window"}`: "14400x240 stale",
		},
		[]moment{
			{"3h", nil},
			{"23h", nil},
			{"26h", []firing{expiresInShop("move", "04 00:00"), expiresInShop("legacy", "04 00:00")}},
			{"27h", nil},
		},
	},
	{
		"MeshAuditExceptionExpiring", "once while the leader changes, in two clusters, in a namespace that is not audited",
		map[string]string{
			`meshaudit_exception_expiry_timestamp_seconds{cluster="eu", namespace="ops", name="a", pod="a"}`: "259200x1500 stale",
			`meshaudit_exception_expiry_timestamp_seconds{cluster="eu", namespace="ops", name="a", pod="b"}`: "_x1499 259200x200",
			`meshaudit_exception_expiry_timestamp_seconds{cluster="us", namespace="ops", name="a", pod="a"}`: "262800x2000",
			`meshaudit_namespace_info{cluster="us", namespace="shop", owner="anna"}`:                         "1x2000",
		},
		[]moment{{"25h10m", []firing{
			expiresIn("ops of cluster eu", "a", "04 00:00", labels{"cluster": "eu", "namespace": "ops"}),
			expiresIn("ops of cluster us", "a", "04 01:00", labels{"cluster": "us", "namespace": "ops"}),
		}}},
	},
}
