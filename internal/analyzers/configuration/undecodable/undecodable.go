// Package undecodable flags objects that MeshAudit cannot read.
package undecodable

import (
	"github.com/meshaudit/meshaudit/internal/analysis"
)

// Analyzer flags objects of which something does not decode.
var Analyzer = &analysis.Analyzer{
	Name:     "undecodable",
	Severity: analysis.High,
	Profile:  analysis.Core,
	Since:    "v0.1.0",
	Title:    "An object does not decode, and checks that read it are not evaluated",
	Why: "The field holds a value that the API does not know, or one of another type; what the mesh makes of the object is " +
		"unknown, and checks that read it say nothing about it or about what depends on it.",
	Fix: "Correct the field. If the value is right, it is newer than this version of MeshAudit: update it.",
	// Objects of any kind; see the subject.
	Subject: analysis.Faulty,
	Run:     run,
}

func run(p *analysis.Pass) {
	if fault := p.Subject().Fault; fault != nil {
		p.Report(fault.Field, "%s does not decode: %s; checks that read it are not evaluated", p.Subject().Ref, fault.Message)
	}
}
