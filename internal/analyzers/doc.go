// Package analyzers lists the checks. Each lives in a folder of its own,
// <category>/<problem>; the list is generated from the folders.
package analyzers
