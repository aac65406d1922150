package analysis

import (
	"fmt"
	"strings"
)

// Severity says how much a finding matters.
type Severity uint8

// The severities, from worth knowing to failing now.
const (
	// Info is worth knowing and never alerts.
	Info Severity = iota + 1
	// Low is fragile, deprecated or wasteful.
	Low
	// Medium: something configured has no effect, conflicts, or weakens
	// security without an immediate path to harm.
	Medium
	// High: the next restart, rollout, expiry or plausible request breaks or
	// exposes something, or a security policy does not do what it says.
	High
	// Critical: traffic fails now, or a sensitive workload is open to strangers now.
	Critical
)

// Severities lists all, worst first.
var Severities = []Severity{Critical, High, Medium, Low, Info}

var severityNames = [...]string{"", "Info", "Low", "Medium", "High", "Critical"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads a severity by its name, as in a policy or on the command
// line, in any case of letters.
func ParseSeverity(name string) (Severity, error) {
	for _, s := range Severities {
		if strings.EqualFold(s.String(), name) {
			return s, nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q: want one of critical, high, medium, low, info", name)
}

// Profile is a choice of checks by taste. A profile includes those before it.
type Profile uint8

// The profiles.
const (
	// Core: a finding is a defect whatever the taste.
	Core Profile = iota
	// Recommended adds accepted good practice. It is the default.
	Recommended
	// Strict adds the hardening rules that a mesh at rest may well break.
	Strict
)

var profileNames = [...]string{"Core", "Recommended", "Strict"}

func (p Profile) String() string { return profileNames[p] }

// ParseProfile reads a profile by its name, in any case of letters.
func ParseProfile(name string) (Profile, error) {
	for p, n := range profileNames {
		if strings.EqualFold(n, name) {
			return Profile(p), nil
		}
	}
	return 0, fmt.Errorf("unknown profile %q: want Core, Recommended or Strict", name)
}
