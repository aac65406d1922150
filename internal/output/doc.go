// Package output writes what an audit found in the formats of the command line.
package output
