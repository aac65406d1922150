// Package manifests turns files into inventory values: multi-document YAML and
// JSON, List objects, directories and standard input.
//
// Nothing is lost silently. What cannot be read, parsed or recognised is an
// [Error] with file and line, and everything else is still loaded. Lines of
// fields are found only when somebody asks ([Set.Locate]), since few objects
// have findings.
package manifests
