package yamljson

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
)

// place says which of the known lines to name for a problem. The library names the place where it noticed the problem,
// counted from 1 or from 0, or none; its next version (v3) names the place where the construct at fault starts, unless
// that is line 1.
type place int

const (
	noticed      place = iota // the library's line
	noticedFrom0              // the same, counted from 0
	starts                    // v3's line
	left                      // where the scanner gave up
)

// complaints says in clear words what the library complains of, and which line to trust.
var complaints = []struct {
	library string
	at      place
	clear   string
}{
	{
		"mapping values are not allowed", noticed,
		`a second ": " in one value, or a key deeper than its neighbours: quote the text, or check the indentation`,
	},
	{"did not find expected key", noticedFrom0, "expected a key: check the indentation and the quotes"},
	{"did not find expected '-'", noticedFrom0, `expected an item of the list ("- "): check the indentation`},
	{"did not find expected ','", noticedFrom0, "a comma or a closing bracket is missing, here or just before"},
	{"did not find expected node", noticedFrom0, "expected a value"},
	{
		"cannot start any token", noticed,
		"a tab at the start of the line, or a value that starts with @, ` or % and must be quoted",
	},
	{"could not find expected ':'", starts, `expected "key: value"`},
	{"unexpected end of stream", starts, "a quote that opens here is not closed"},
	{"unexpected document indicator", starts, "a quote that opens here is not closed"},
	{"tab character", noticed, "a tab stands in the indentation: use spaces"},
	{"block sequence entries are not allowed", noticed, "a list may not start on the line of its key"},
	{"undefined tag handle", noticedFrom0, "a tag with an unknown prefix"},
	{keyTwice, noticed, "a key stands twice in one mapping"},
	{"contains itself", left, "an anchor's value contains itself"},
	{"map merge requires", left, `the merge key "<<" needs a mapping or a list of mappings`},
	{"excessive aliasing", left, "aliases repeat too much of the document"},
	{"invalid map key", left, "a key is a list or a mapping: is this a template that was not rendered?"},
	{"unsupported map key", left, "a key is null"},
	{"unsupported value", left, "infinity and not-a-number have no form in JSON"},
}

var libraryLine = regexp.MustCompile(`line (\d+): `)

// explain turns an error of the library about doc into one of ours. structure is v3's error, if it had one; gaveUp is
// the line where the scanner gave up.
func explain(doc []byte, gaveUp int, err, structure error) *Error {
	text := err.Error()
	for _, c := range complaints {
		if strings.Contains(text, c.library) {
			return &Error{c.at.line(doc, gaveUp, err, structure), c.clear}
		}
	}
	message := strings.TrimPrefix(text, "yaml: ")
	line, named := lineIn(err)
	if i := libraryLine.FindStringIndex(message); i != nil {
		message = message[i[1]:]
	}
	if name, ok := unknownAlias(message); ok {
		return &Error{lineOf(doc, "*"+name, gaveUp), "the alias *" + name + " names no anchor"}
	}
	if !named {
		line = gaveUp
	}
	return &Error{within(line, doc), message}
}

func (p place) line(doc []byte, gaveUp int, err, structure error) int {
	line, _ := lineIn(err)
	switch p {
	case noticed:
	case noticedFrom0:
		line++
	case starts:
		line = startLine(line, gaveUp, structure)
	case left:
		line = gaveUp
	}
	return within(line, doc)
}

// startLine gives the line where the construct starts that the library found at fault on line.
func startLine(line, gaveUp int, structure error) int {
	if structure == nil {
		return line
	}
	start, _ := lineIn(structure)
	if start == line && gaveUp == 1 {
		return 1
	}
	return start
}

// lineIn gives the line that an error of the library names.
func lineIn(err error) (line int, ok bool) {
	match := libraryLine.FindStringSubmatch(err.Error())
	if match == nil {
		return 0, false
	}
	line, convErr := strconv.Atoi(match[1])
	return line, convErr == nil
}

// within gives a line that doc has.
func within(line int, doc []byte) int {
	last := 1 + bytes.Count(bytes.TrimRight(doc, "\r\n"), []byte("\n"))
	return min(max(line, 1), last)
}

func unknownAlias(message string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(message, "unknown anchor '")
	name, _, found := strings.Cut(rest, "'")
	return name, ok && found
}

// lineOf gives the line where doc has text first, or otherwise where it does not.
func lineOf(doc []byte, text string, otherwise int) int {
	i := bytes.Index(doc, []byte(text))
	if i < 0 {
		return otherwise
	}
	return lineAt(doc, i)
}
