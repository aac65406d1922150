// Package yamljson reads manifests fast: it splits a YAML or JSON stream into documents, turns each document into
// JSON, and tells at which line a field of it stands.
//
// Kubernetes reads YAML by way of JSON (sigs.k8s.io/yaml), and that library takes most of the time of an audit of
// files. So documents of the shape that people and tools write (block mappings and sequences, plain, quoted and block
// scalars, flow collections of simple scalars) go straight from YAML bytes to JSON bytes through the scanner in this
// package. A document with anything else (anchors, aliases, tags, merge keys, complex keys, tabs between tokens, odd
// line breaks) goes through the library. Three laws hold the two equal; FuzzToJSON and the tests with random documents
// look for breaches:
//
//  1. What the scanner accepts, the library accepts too, with the same value. Documents that are valid JSON mean what
//     encoding/json says, also where the library cannot read them (\/ and surrogate pairs).
//  2. The scanner gives up rather than judge: the library says what is wrong with a document. The one exception is a
//     key that a mapping has twice, whose line only the scanner knows. It also rejects the number 8080 next to the
//     text "8080", one key in JSON, of which the library keeps either.
//  3. No input makes this package panic, and none takes more than linear time outside the library.
//
// Lines are counted from 1, relative to the document.
package yamljson
