// Package events tells of severe findings in Kubernetes Events, where whoever
// looks at an object finds them: kubectl describe.
//
// An Event is written on an object when a finding of severity High or Critical
// appears on it, or when the last one goes; one for each object and write of a
// report. What an exception silences counts as gone.
//
// Events are a courtesy, and nothing waits for them: at most [Burst] at once and
// then one a second are taken, a short queue holds them, and what does not fit
// is dropped and counted. The report says everything.
package events
