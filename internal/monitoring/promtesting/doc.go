// Package promtesting gives tests a real Prometheus and its promtool, which
// make prometheus builds.
package promtesting
