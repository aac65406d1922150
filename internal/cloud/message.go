package cloud

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"syscall"

	"github.com/aws/smithy-go"
)

// maxMessage bounds what AWS says in a message, in bytes.
const maxMessage = 300

// describe says what an error is in words that do not change from one request
// to the next: no number of a request or a port, no name of a session. Texts of
// AWS are quoted only where AWS says who may not do what: others may repeat
// what was sent, signatures and tokens included.
func describe(err error) string {
	operation := "AWS"
	if o, ok := errors.AsType[*smithy.OperationError](err); ok {
		operation = o.OperationName
	}
	switch c, s := code(err), status(err); {
	case c != "" && quotable[c]:
		return operation + ": " + c + said(err)
	case c != "":
		return fmt.Sprintf("%s: %s (HTTP status %d)", operation, printable(c), s)
	case broken(err):
		return operation + ": the answer ends in its midst"
	case s != 0:
		return fmt.Sprintf("%s: an answer that is not AWS's (HTTP status %d)", operation, s)
	}
	return operation + ": " + network(err)
}

var quotable = map[string]bool{"AccessDenied": true, "AccessDeniedException": true, "ForbiddenException": true}

var (
	session = regexp.MustCompile(`(assumed-role/[\w+=,.@-]+)/[\w+=,.@-]+`)
	request = regexp.MustCompile(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|request ?id:? ?\S+`)
)

func said(err error) string {
	e, _ := errors.AsType[smithy.APIError](err)
	text := session.ReplaceAllString(e.ErrorMessage(), "$1")
	text = printable(strings.TrimSpace(request.ReplaceAllString(text, "…")))
	if text == "" {
		return ""
	}
	return ": " + text
}

// printable makes one short line of what others wrote.
func printable(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	if len(s) > maxMessage {
		s = strings.ToValidUTF8(s[:maxMessage], "") + "…"
	}
	return s
}

// network says why no answer came.
func network(err error) string {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	timeout, isNet := errors.AsType[net.Error](err)
	switch {
	case isDNS && dns.IsNotFound:
		return "no such host: " + printable(dns.Name)
	case isDNS:
		return "the name cannot be resolved: " + printable(dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection is refused"
	case isNet && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case offline(err):
		return "the connection fails"
	}
	return "no answer"
}
