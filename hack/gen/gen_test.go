package main

import "testing"

// TestFresh: generated files are those that the code gives now.
func TestFresh(t *testing.T) {
	stale, err := Run("../..", false)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range stale {
		t.Errorf("%s is stale: run make generate", f)
	}
}
